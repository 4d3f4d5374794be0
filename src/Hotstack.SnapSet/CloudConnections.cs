using Hotstack.Configuration;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;

namespace Hotstack;

/// <summary>The connections of one call of a cmdlet: the objects of one pipeline may be of different clouds.</summary>
internal sealed class CloudConnections : IDisposable
{
    private readonly Dictionary<(string? Name, string? Region), Cloud> _open = [];

    /// <param name="name">The cloud; null or, as PowerShell binds a null, empty for the one that is configured.</param>
    /// <param name="region">The region; null or empty for the cloud's first.</param>
    /// <param name="credential">Counts before the one of clouds.yaml; the same for all of one call.</param>
    /// <param name="directory">Where clouds.yaml is looked for first.</param>
    /// <param name="activity">Told of every call.</param>
    /// <param name="stop">Ends the reading of a file that is a pipe.</param>
    /// <exception cref="HotstackException">There is no such cloud, or its configuration is broken.</exception>
    public Cloud Open(string? name, string? region, CloudCredential? credential, string directory, IActivity activity, CancellationToken stop)
    {
        (string? Name, string? Region) key = (NullIfEmpty(name), NullIfEmpty(region));
        if (!_open.TryGetValue(key, out Cloud? cloud))
        {
            cloud = Cloud.Connect(LoaderIn(directory, stop).Load(key.Name, key.Region, activity, credential), activity);
            _open.Add(key, cloud);
        }

        return cloud;
    }

    public void Dispose()
    {
        foreach (Cloud cloud in _open.Values)
        {
            cloud.Dispose();
        }

        _open.Clear();
    }

    /// <summary>Reads configuration as seen from a directory: PowerShell's location is not the process's.</summary>
    public static CloudConfigurationLoader LoaderIn(string directory, CancellationToken stop = default) =>
        new(ConfigurationSources.OfThisProcess().StoppedBy(stop) with { CurrentDirectory = directory });

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
