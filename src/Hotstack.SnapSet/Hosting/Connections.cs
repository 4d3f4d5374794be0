using Hotstack.Configuration;
using Hotstack.Deployments;
using Hotstack.Deployments.Controllers;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.Hosting;

/// <summary>The connections of one call of a cmdlet. The objects of one pipeline may be of different clouds.</summary>
internal sealed class Connections : IDisposable
{
    private readonly Dictionary<(string? Name, string? Region, CloudWish? Wish), Cloud> _clouds = [];
    private readonly List<Cluster> _clusters = [];

    /// <summary>The connection to a cloud, opened at the first use.</summary>
    /// <param name="name">The cloud; null or, as PowerShell binds a null, empty for the configured one.</param>
    /// <param name="region">The region; null or empty for the cloud's first.</param>
    /// <param name="credential">Has precedence over the one of clouds.yaml; the same for all of one call.</param>
    /// <param name="directory">Where clouds.yaml is looked for first.</param>
    /// <param name="activity">Receives a report of every call.</param>
    /// <param name="stop">Ends the reading of a file that is a pipe.</param>
    /// <param name="wish">The cloud that files of the work name; null for none.</param>
    /// <exception cref="HotstackException">There is no such cloud, or its configuration is broken.</exception>
    public Cloud OpenCloud(
        string? name, string? region, CloudCredential? credential, string directory, IActivity activity, CancellationToken stop,
        CloudWish? wish = null)
    {
        (string? Name, string? Region, CloudWish? Wish) key = (NullIfEmpty(name), NullIfEmpty(region), wish);
        if (!_clouds.TryGetValue(key, out Cloud? cloud))
        {
            cloud = Cloud.Connect(CloudsIn(directory, stop).Load(key.Name, key.Region, activity, credential, wish), activity);
            _clouds.Add(key, cloud);
        }

        return cloud;
    }

    /// <summary>Makes connections to clusters.</summary>
    /// <param name="choice">What the user says.</param>
    /// <param name="directory">Where relative paths begin.</param>
    /// <param name="cloud">Connects to the cloud of a deployment.</param>
    /// <param name="activity">Receives a report of every call.</param>
    /// <param name="stop">Ends the reading of a file that is a pipe.</param>
    public Func<InstanceSource?, ClusterPurpose, Cluster> AccessClusters(
        ClusterChoice choice, string directory, Func<Cloud> cloud, IActivity activity, CancellationToken stop) =>
        (deployment, purpose) =>
        {
            Cluster.Prepare();
            Cluster cluster = new ClusterAccess(choice, SourcesIn(directory, stop), cloud, activity).Connect(deployment, purpose);
            _clusters.Add(cluster);
            return cluster;
        };

    public void Dispose()
    {
        foreach (IDisposable connection in _clouds.Values.Concat<IDisposable>(_clusters))
        {
            connection.Dispose();
        }

        _clouds.Clear();
        _clusters.Clear();
    }

    /// <summary>Reads clouds.yaml as seen from a directory: PowerShell's location is not the process's.</summary>
    public static CloudConfigurationLoader CloudsIn(string directory, CancellationToken stop = default) => new(SourcesIn(directory, stop));

    /// <summary>Reads kubeconfigs as seen from a directory.</summary>
    public static KubeconfigLoader KubeconfigsIn(string directory, CancellationToken stop = default) => new(SourcesIn(directory, stop));

    /// <summary>The Hosts of the user's ssh config.</summary>
    public static IReadOnlyList<string> SshHostsIn(string directory) => SshHosts.Read(SourcesIn(directory, default));

    /// <summary>Whether KUBECONFIG names kubeconfigs.</summary>
    public static bool HasKubeconfigVariable => ClusterAccess.HasVariable(ConfigurationSources.OfThisProcess());

    /// <summary>The files and variables of this process, as seen from a directory.</summary>
    public static ConfigurationSources SourcesIn(string directory, CancellationToken stop) =>
        ConfigurationSources.OfThisProcess().StoppedBy(stop) with { CurrentDirectory = directory };

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
