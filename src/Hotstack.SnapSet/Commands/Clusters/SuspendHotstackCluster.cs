using System.Management.Automation;
using Hotstack.Clusters;
using Hotstack.Clusters.Suspend;
using Hotstack.Completion;
using Hotstack.Deployments.Controllers;
using Hotstack.Input;
using Hotstack.OpenShift;

namespace Hotstack.Commands;

/// <summary>Shuts an OpenShift cluster and its deployment down, so that it can be frozen and revived.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "HotstackCluster", DefaultParameterSetName = ByStack,
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ClusterRecord))]
public sealed class SuspendHotstackCluster : ClusterCmdlet
{
    private const string ByStack = "ByStack";
    private const string ByPath = "ByPath";
    private const string ByInstance = "ByInstance";

    private readonly InstanceInput _instances = new();

    /// <summary>The Heat stack of the deployment: its output snapset_data lists the instances, otherwise its servers are the
    /// instances.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByStack)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(StackNameCompleter))]
    public string? StackName { get; set; }

    /// <summary>A YAML or JSON file with snapset_data, such as upstream's outputs of a stack. Wildcards are not permitted.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPath), ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Instances from Get-HotstackInstance or with the same properties: Name, Role, Id, MacAddress.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByInstance), ValidateNotNullOrEmpty]
    public object[] Instance { get; set; } = [];

    /// <summary>Who shuts the nodes down.</summary>
    [Parameter, ArgumentCompleter(typeof(FixedValueCompleter))]
    [FixedValues(
        "Guest: their own systemd, without a time limit",
        "Nova: OpenStack, which cuts the power after a minute unless the image sets a longer time (os_shutdown_timeout); needs no pods")]
    public string Method { get; set; } = "Guest";

    /// <summary>Shuts the cluster down even if its certificates do not allow a later revival.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>How long the kubelets' certificates must remain valid: 7d, 12h. By default seven days.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan MinimumValidity { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Has the cluster renew its short-lived certificates first.</summary>
    [Parameter]
    public SwitchParameter ForceRotation { get; set; }

    /// <summary>Runs OpenShift's own backup of etcd on a master first.</summary>
    [Parameter]
    public SwitchParameter EtcdBackup { get; set; }

    /// <summary>Records all cordoned nodes as schedulable, so that a revival uncordons them. By default those that the machine-config operator
    /// left cordoned.</summary>
    [Parameter]
    public SwitchParameter Uncordon { get; set; }

    /// <summary>Evicts the pods of the workers first.</summary>
    [Parameter]
    public SwitchParameter Drain { get; set; }

    /// <summary>The timeout for the eviction of pods. By default a minute.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The image of the helper pods. By default one that every node has already.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? HelperImage { get; set; }

    /// <summary>How long the cmdlet waits after all nodes are armed, before it tells the first ones to shut down; Ctrl+C cancels until then.
    /// By default 15 seconds.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan ShutdownDelay { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The timeout for the servers to shut off. By default 30 minutes.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>The interval between two polls. By default five seconds.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
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
                Source = _instances.ToSource(StackName, path),
                Method = Enum.Parse<ShutdownMethod>(Method, ignoreCase: true),
                SkipCertificateCheck = SkipCertificateCheck,
                MinimumValidity = MinimumValidity,
                ForceRotation = ForceRotation,
                EtcdBackup = EtcdBackup,
                Uncordon = Uncordon,
                Drain = Drain,
                DrainTimeout = DrainTimeout,
                IgnoreOperators = IgnoreOperator,
                IgnoreApiServices = IgnoreApiService,
                HelperImage = HelperImage,
                ShutdownDelay = ShutdownDelay,
                Timeout = Timeout,
                PollInterval = PollInterval,
            };
            Cluster cluster = await run.ClusterAfterLoginAsync(request.Source, ClusterPurpose.Change);
            run.Write(await new SuspendCluster(run.Cloud, cluster).RunAsync(request, run.Activity, run.ConfirmAsync, run.Stop));
        });
    }
}
