using System.Text;
using Hotstack.Configuration;
using Hotstack.Deployments;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.Trials.Workflows;

/// <summary>What one command has: its connections, and what it told. As for a cmdlet, they are new for each.</summary>
internal sealed class Session(Place place, Interceptor? wire) : IDisposable
{
    private readonly Interceptor _wire = place.Clock.Work.Watch(wire);
    private Cloud? _cloud;
    private Cloud? _other;
    private Cluster? _cluster;
    private readonly List<Cluster> _copies = [];

    public RecordingActivity Activity { get; } = new();

    public string Folder => place.Folder;

    public IReadOnlyDictionary<string, string> Notes => place.Notes;

    /// <summary>The cloud, as the deployment's user.</summary>
    public Cloud Cloud => _cloud ??= ConnectToCloud("sandbox");

    /// <summary>The cloud, as the user of another project.</summary>
    public Cloud Other => _other ??= ConnectToCloud("sandbox-other");

    public Cluster Cluster => _cluster ??= place.Route is { } route
        ? route.Connect(Sources, () => Cloud, Activity, place.Clock, _wire)
        : Cluster.Connect(new KubeconfigLoader(Sources).Load("/kubeconfig", null), Activity, place.Clock, _wire);

    /// <summary>The cluster of a copy.</summary>
    /// <param name="copy">The servers of the copy.</param>
    public Cluster ClusterOf(InstanceSource copy)
    {
        if (place.Route is not { } route)
        {
            return Cluster;
        }

        Cluster made = (route with { IsBooting = true }).Connect(Sources, () => Cloud, Activity, place.Clock, _wire, copy);
        _copies.Add(made);
        return made;
    }

    private ConfigurationSources Sources => ConfigurationSources.OfThisProcess() with
    {
        Variables = new Dictionary<string, string> { ["OS_CLIENT_CONFIG_FILE"] = "/clouds.yaml" },
        Platform = ConfigurationPlatform.Linux,
        OpenFile = path => path switch
        {
            "/clouds.yaml" => new MemoryStream(Encoding.UTF8.GetBytes(place.CloudsYaml)),
            "/kubeconfig" => new MemoryStream(Encoding.UTF8.GetBytes(place.Kubeconfig)),
            _ => null,
        },
    };

    public void Dispose()
    {
        _cluster?.Dispose();
        _copies.ForEach(copy => copy.Dispose());
        _cloud?.Dispose();
        _other?.Dispose();
    }

    private Cloud ConnectToCloud(string name) =>
        Cloud.Connect(new CloudConfigurationLoader(Sources).Load(name, null), Activity, place.Clock, _wire);
}
