using Hotstack.SnapSets;
using Hotstack.Templates;

namespace Hotstack.Fuzz.Targets;

/// <summary>Sets that fit what was read.</summary>
internal static class Sets
{
    private const int MostMembers = 4;

    /// <summary>A set of the first servers of a template, every other with volumes.</summary>
    public static SnapSet For(HeatTemplate template) => Of(
        [.. template.Servers.Take(MostMembers).Select((server, i) => Member(server.ResourceName, i))]);

    public static SnapSet Of(params SnapSetMember[] members) => new()
    {
        Id = "k3v9x2m1",
        CreatedAt = DateTimeOffset.UnixEpoch,
        Age = TimeSpan.Zero,
        State = SnapSetState.Complete,
        Members = [.. members],
    };

    private static SnapSetMember Member(string name, int number) => new()
    {
        Name = name,
        Role = number == 0 ? "controller" : "ocp_master",
        ImageId = $"image-{number}",
        Status = "active",
        IsReady = true,
        MacAddress = $"fa:16:9e:81:f6:0{number}",
        MacAddresses = [$"fa:16:9e:81:f6:0{number}", "not one"],
        Volumes = number % 2 == 0 ? [] :
        [
            new SnapSetVolume { SnapshotId = "s-0", Size = 40, IsRoot = true },
            new SnapSetVolume { SnapshotId = "s-1", Size = 20, ResourceName = "disk", Device = "/dev/vdb" },
        ],
    };
}
