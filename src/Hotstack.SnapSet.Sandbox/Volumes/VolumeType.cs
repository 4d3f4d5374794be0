namespace Hotstack.Sandbox.Volumes;

/// <summary>A type of volumes; its backend is told to no one but administrators.</summary>
internal sealed record VolumeType(string Id, string Name, string Backend, bool IsMultiattach = false)
{
    public const string Default = "__DEFAULT__";

    public static IReadOnlyList<VolumeType> All { get; } =
    [
        new("5f0c1a52-0000-4000-8000-000000000001", Default, "ceph"),
        new("5f0c1a52-0000-4000-8000-000000000002", "multiattach", "ceph", IsMultiattach: true),
        new("5f0c1a52-0000-4000-8000-000000000003", "fast", "nvme"),
    ];

    /// <summary>The zones that volumes can be in.</summary>
    public static IReadOnlyList<string> Zones { get; } = ["nova", "az2"];

    public static VolumeType? Find(string nameOrId) => All.FirstOrDefault(type => type.Id == nameOrId || type.Name == nameOrId);
}
