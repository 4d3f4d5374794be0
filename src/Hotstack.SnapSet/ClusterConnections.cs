using Hotstack.Configuration;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;

namespace Hotstack;

/// <summary>The clusters that one call of a cmdlet has to do with.</summary>
internal sealed class ClusterConnections : IDisposable
{
    private readonly Dictionary<(string? Kubeconfig, string? Context), Cluster> _open = [];

    /// <param name="kubeconfig">The file; null for those that KUBECONFIG names, or the home directory's.</param>
    /// <param name="context">The context; null or empty for the file's current one.</param>
    /// <param name="directory">Where relative paths begin.</param>
    /// <param name="activity">Told of every call.</param>
    /// <param name="stop">Ends the reading of a file that is a pipe.</param>
    /// <exception cref="HotstackException">There is no such file or context, or it is broken.</exception>
    public Cluster Open(string? kubeconfig, string? context, string directory, IActivity activity, CancellationToken stop)
    {
        (string?, string?) key = (kubeconfig, string.IsNullOrEmpty(context) ? null : context);
        if (!_open.TryGetValue(key, out Cluster? cluster))
        {
            Cluster.Prepare();
            cluster = Cluster.Connect(LoaderIn(directory, stop).Load(key.Item1, key.Item2, activity), activity);
            _open.Add(key, cluster);
        }

        return cluster;
    }

    public void Dispose()
    {
        foreach (Cluster cluster in _open.Values)
        {
            cluster.Dispose();
        }

        _open.Clear();
    }

    /// <summary>Reads kubeconfigs as seen from a directory: PowerShell's location is not the process's.</summary>
    public static KubeconfigLoader LoaderIn(string directory, CancellationToken stop = default) =>
        new(ConfigurationSources.OfThisProcess().StoppedBy(stop) with { CurrentDirectory = directory });
}
