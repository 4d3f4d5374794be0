using System.Management.Automation;
using Hotstack.Clusters;
using Hotstack.Clusters.Suspend;
using Hotstack.Completion;

namespace Hotstack.Commands;

/// <summary>Shuts an OpenShift cluster and its deployment down so that it can be frozen.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "HotstackCluster", DefaultParameterSetName = ByStack, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ClusterRecord))]
public sealed class SuspendHotstackCluster : ClusterCmdlet
{
    private const string ByStack = "ByStack";
    private const string ByPath = "ByPath";
    private const string ByInstance = "ByInstance";

    private readonly InstanceInput _instances = new();

    /// <summary>The Heat stack whose output snapset_data lists the instances.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByStack)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(StackNameCompleter))]
    public string? StackName { get; set; }

    /// <summary>A YAML or JSON file with snapset_data, such as upstream's outputs of a stack. No wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPath), ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Instances, of Get-HotstackInstance or with the same properties: Name, Role, Id, MacAddress.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByInstance), ValidateNotNullOrEmpty]
    public object[] Instance { get; set; } = [];

    /// <summary>Who shuts the nodes down. Guest: their own systemd, which takes the time that it needs. Nova: from outside, with
    /// the power cut after a minute unless the image asks for more.</summary>
    [Parameter, ValidateSet("Guest", "Nova")]
    public string Method { get; set; } = "Guest";

    /// <summary>Shut down also when the certificates do not let the cluster be revived later.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>How long the kubelets' certificates have to be valid still: 7d, 12h. By default seven days.</summary>
    [Parameter, Duration]
    public TimeSpan MinimumValidity { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Have the short-lived certificates made anew first, instead of waiting for it.</summary>
    [Parameter]
    public SwitchParameter ForceRotation { get; set; }

    /// <summary>Have OpenShift's own backup of etcd made on a master first.</summary>
    [Parameter]
    public SwitchParameter EtcdBackup { get; set; }

    /// <summary>Evict the pods of the workers first.</summary>
    [Parameter]
    public SwitchParameter Drain { get; set; }

    /// <summary>How long pods may take to leave. By default a minute.</summary>
    [Parameter, Duration]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The image of the helper pods. By default one that each node has already.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? HelperImage { get; set; }

    /// <summary>From the arming of the first node to the shutdown of the first; Ctrl+C cancels until then. By default three minutes.</summary>
    [Parameter, Duration]
    public TimeSpan ShutdownDelay { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How long the servers may take to shut off. By default 30 minutes.</summary>
    [Parameter, Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>The pause between two looks. By default five seconds.</summary>
    [Parameter, Duration]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override void ProcessRecord() => _instances.Add(Instance, Cloud, Region);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        string? path = FilePath(Path);
        (Cloud, Region) = _instances.Origin ?? (Cloud, Region);
        Run(async run =>
        {
            var request = new SuspendClusterRequest
            {
                Source = _instances.ToSource(StackName, path), Method = Enum.Parse<ShutdownMethod>(Method, ignoreCase: true),
                SkipCertificateCheck = SkipCertificateCheck, MinimumValidity = MinimumValidity, ForceRotation = ForceRotation,
                EtcdBackup = EtcdBackup, Drain = Drain, DrainTimeout = DrainTimeout, IgnoreOperators = IgnoreOperator, IgnoreApiServices = IgnoreApiService,
                HelperImage = HelperImage, ShutdownDelay = ShutdownDelay, Timeout = Timeout, PollInterval = PollInterval,
            };
            run.Write(await new SuspendCluster(run.Cloud, run.Cluster).RunAsync(request, run.Activity, run.ConfirmAsync, run.Stop));
        });
    }
}
