using Hotstack.Configuration;
using Hotstack.SnapSets;

namespace Hotstack.Templates;

/// <summary>Templates and sets for these tests.</summary>
internal static class Texts
{
    private static readonly SourceMark Mark = TemplateErrors.Mark("t.yaml", TemplateErrors.Template);

    public static DocNode? Yaml(string yaml) => DocReader.Read(Mark, yaml);

    public static TemplateBundle Bundle(string resources, string rest = "") =>
        Whole($"heat_template_version: rocky\n{rest}\nresources:\n{resources}");

    public static TemplateBundle Whole(string yaml) => new()
    {
        Path = "t.yaml",
        Text = yaml,
        Files = new Dictionary<string, string>(),
        Template = HeatTemplate.Read(HeatTemplate.Document(Mark, yaml)),
        Document = HeatTemplate.Document(Mark, yaml),
    };

    public static SnapSet Set(params SnapSetMember[] members) => new()
    {
        Id = "k3v9x2m1",
        CreatedAt = DateTimeOffset.UnixEpoch,
        Age = TimeSpan.Zero,
        State = SnapSetState.Complete,
        Members = [.. members],
    };

    public static SnapSetMember Member(string name, string? mac = null, string role = "ocp_master", params string[] macs) => new()
    {
        Name = name,
        Role = role,
        ImageId = $"image-of-{name}",
        Status = "active",
        IsReady = true,
        MacAddress = mac,
        MacAddresses = [.. macs],
    };

    public static SnapSetVolume Volume(string snapshot, string? resource = null, long size = 20, string? device = null,
        bool isRoot = false) => new()
    {
        SnapshotId = snapshot,
        ResourceName = resource,
        Size = size,
        Device = device,
        IsRoot = isRoot,
    };
}
