using Hotstack.Configuration;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.Hosting;

/// <summary>The connections of one call of a cmdlet. The objects of one pipeline may be of different clouds.</summary>
internal sealed class Connections : IDisposable
{
    private readonly Dictionary<(string? Name, string? Region), Cloud> _clouds = [];
    private readonly Dictionary<(string? Kubeconfig, string? Context), Cluster> _clusters = [];

    /// <summary>The connection to a cloud, opened at the first use.</summary>
    /// <param name="name">The cloud; null or, as PowerShell binds a null, empty for the configured one.</param>
    /// <param name="region">The region; null or empty for the cloud's first.</param>
    /// <param name="credential">Has precedence over the one of clouds.yaml; the same for all of one call.</param>
    /// <param name="directory">Where clouds.yaml is looked for first.</param>
    /// <param name="activity">Receives a report of every call.</param>
    /// <param name="stop">Ends the reading of a file that is a pipe.</param>
    /// <exception cref="HotstackException">There is no such cloud, or its configuration is broken.</exception>
    public Cloud OpenCloud(
        string? name, string? region, CloudCredential? credential, string directory, IActivity activity, CancellationToken stop)
    {
        (string? Name, string? Region) key = (NullIfEmpty(name), NullIfEmpty(region));
        if (!_clouds.TryGetValue(key, out Cloud? cloud))
        {
            cloud = Cloud.Connect(CloudsIn(directory, stop).Load(key.Name, key.Region, activity, credential), activity);
            _clouds.Add(key, cloud);
        }

        return cloud;
    }

    /// <summary>The connection to a cluster, opened at the first use.</summary>
    /// <param name="kubeconfig">The file; null for those that KUBECONFIG names, otherwise the home directory's.</param>
    /// <param name="context">The context; null or empty for the file's current one.</param>
    /// <param name="directory">Where relative paths begin.</param>
    /// <param name="activity">Receives a report of every call.</param>
    /// <param name="stop">Ends the reading of a file that is a pipe.</param>
    /// <exception cref="HotstackException">There is no such file or context, or it is broken.</exception>
    public Cluster OpenCluster(string? kubeconfig, string? context, string directory, IActivity activity, CancellationToken stop)
    {
        (string? Kubeconfig, string? Context) key = (kubeconfig, NullIfEmpty(context));
        if (!_clusters.TryGetValue(key, out Cluster? cluster))
        {
            Cluster.Prepare();
            cluster = Cluster.Connect(KubeconfigsIn(directory, stop).Load(key.Kubeconfig, key.Context, activity), activity);
            _clusters.Add(key, cluster);
        }

        return cluster;
    }

    public void Dispose()
    {
        foreach (IDisposable connection in _clouds.Values.Concat<IDisposable>(_clusters.Values))
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

    private static ConfigurationSources SourcesIn(string directory, CancellationToken stop) =>
        ConfigurationSources.OfThisProcess().StoppedBy(stop) with { CurrentDirectory = directory };

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
