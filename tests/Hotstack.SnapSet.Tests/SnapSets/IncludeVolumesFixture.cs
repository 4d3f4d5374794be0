using Hotstack.Sandbox.Volumes;
using Hotstack.SnapSets.Create;

namespace Hotstack.SnapSets;

/// <summary>The deployment, shut off, with two data volumes at master0 and one at worker1.</summary>
public abstract class IncludeVolumesFixture : SnapSetFixture
{
    internal static NewSnapSetRequest WithVolumes => OfStack with { IncludeVolumes = true };

    /// <summary>The Cinder snapshots that we made, in the sandbox itself.</summary>
    internal VolumeSnapshot[] DataSnapshots =>
        [.. Sandbox.Cloud.VolumeSnapshots.Where(s => s.Name.StartsWith("hotstack-", StringComparison.Ordinal))];

    internal IEnumerable<Hotstack.Sandbox.Call> SnapshotOrders => Calls.Where(c => c.Method == "POST" && c.Service == "volume");

    internal IEnumerable<Hotstack.Sandbox.Call> ImageOrders => Calls.Where(c => c.Body.Contains("createImage", StringComparison.Ordinal));

    /// <summary>The ids of the volumes, by device.</summary>
    internal string[] Attach()
    {
        Sandbox.Cloud.StopServers();
        // Not in the order of their devices.
        string second = Sandbox.Cloud.AttachVolume("master0", "/dev/vdc", 30);
        return [Sandbox.Cloud.AttachVolume("master0", "/dev/vdb", 20), second, Sandbox.Cloud.AttachVolume("worker1", "/dev/vdb", 5)];
    }
}
