using System.Text;
using Hotstack.Configuration;
using Hotstack.Templates;

namespace Hotstack.SnapSets.Restore.Overlay;

/// <summary>Applies a set to a template: each member's image, MAC addresses and volumes on its server resource. The template is parsed and
/// written again; other resources keep their meaning.</summary>
internal static class TemplateOverlay
{
    /// <param name="bundle">The template; it is not changed.</param>
    /// <param name="set">The set.</param>
    /// <param name="withPinnedImage">Members whose servers keep the image from the template and its parameters.</param>
    /// <exception cref="HotstackException"><c>TemplateTooLarge</c>: the new template exceeds Heat's limit.</exception>
    public static OverlayResult Apply(TemplateBundle bundle, SnapSet set, IReadOnlySet<string>? withPinnedImage = null)
    {
        var root = (DocMap)bundle.Document.Copy();
        var resources = new TemplateResources(root, bundle.Presence.Absent);
        HeatTemplate template = bundle.Template;
        MemberMatching matching = MemberMatching.Of(template, set);
        MacPlan macs = MacPlan.Of(template, matching.Pairs);
        var notes = new OverlayNotes();
        foreach ((TemplateServer server, SnapSetMember member) in matching.Pairs)
        {
            ServerPart part = resources.Servers.Single(s => s.Name == server.ResourceName);
            new VolumeOverlay(part, member, resources, notes).Apply(keepsImage: withPinnedImage?.Contains(member.Name) == true);
            GiveMacs(server, part, macs, notes);
        }

        SnapSetOutput.Add(root, bundle, matching, macs, areMacsGiven: true, notes);
        return new OverlayResult
        {
            Text = Written(root, bundle.Path),
            Changes = notes.Changes,
            Problems = [.. matching.Problems, .. notes.Problems, .. macs.Problems],
            Warnings = [.. notes.Warnings, .. macs.Warnings],
            Volumes = notes.Placed,
            Uncovered = matching.Uncovered,
        };
    }

    /// <summary>Adds only the output by which the restored stack can be frozen again.</summary>
    /// <returns>The text and the changes; the template's own text, and no changes, if it has the output.</returns>
    /// <exception cref="HotstackException"><c>TemplateTooLarge</c>: the new template exceeds Heat's limit.</exception>
    public static (string Text, OverlayNotes Notes) WithOutput(TemplateBundle bundle, SnapSet set)
    {
        var root = (DocMap)bundle.Document.Copy();
        MemberMatching matching = MemberMatching.Of(bundle.Template, set);
        var notes = new OverlayNotes();
        SnapSetOutput.Add(root, bundle, matching, MacPlan.Of(bundle.Template, matching.Pairs), areMacsGiven: false, notes);
        return (notes.Changes.Count == 0 ? bundle.Text : Written(root, bundle.Path), notes);
    }

    private static void GiveMacs(TemplateServer server, ServerPart part, MacPlan macs, OverlayNotes notes)
    {
        for (int i = 0; i < part.Ports.Count; i++)
        {
            if (!macs.Given.TryGetValue((server.ResourceName, i), out string? mac))
            {
                continue;
            }

            PortPart port = part.Ports[i];
            DocMap holder = port.Holder!();
            holder.Set("mac_address", new DocScalar(holder.Mark, mac, YamlDotNet.Core.ScalarStyle.DoubleQuoted));
            notes.Change($"{part.Name}: {port.Label}: mac_address {port.Port.MacAddress ?? "of Neutron's choice"} -> {mac}");
        }
    }

    private static string Written(DocMap root, string path)
    {
        string text = DocWriter.Write(root);
        return Encoding.UTF8.GetByteCount(text) <= TemplateFiles.MaxTemplateBytes
            ? text
            : throw new HotstackException(
                ErrorCause.InputInvalid, TemplateErrors.TooLarge,
                $"{path}: with the changes for the set, the template exceeds Heat's limit of {TemplateFiles.MaxTemplateBytes / 1024} KiB.")
            {
                Hint = "Move long texts into files, and name them with get_file.",
                Target = path,
            };
    }
}

/// <summary>Collects the changes, problems and warnings of an overlay.</summary>
internal sealed class OverlayNotes
{
    private readonly List<string> _changes = [];
    private readonly List<string> _problems = [];
    private readonly List<string> _warnings = [];
    private readonly List<PlacedVolume> _placed = [];

    public IReadOnlyList<string> Changes => _changes;

    public IReadOnlyList<string> Problems => _problems;

    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The distinct volume resources that are made from snapshots.</summary>
    public IReadOnlyList<PlacedVolume> Placed => _placed;

    public void Change(string sentence) => _changes.Add(sentence);

    public void Problem(string sentence) => _problems.Add(sentence);

    public void Warn(string sentence) => _warnings.Add(sentence);

    public void Place(PlacedVolume volume) => _placed.Add(volume);

    /// <summary>The snapshot a volume resource is already made from; null for none. Several members can share a volume.</summary>
    public PlacedVolume? PlacedIn(string resource) => _placed.Find(placed => placed.Resource == resource);
}

/// <summary>A template with a set applied.</summary>
internal sealed record OverlayResult
{
    /// <summary>The new template, as YAML.</summary>
    public required string Text { get; init; }

    /// <summary>The changes, one sentence each: <c>controller: image -> 5f0c…</c>.</summary>
    public required IReadOnlyList<string> Changes { get; init; }

    /// <summary>What the template cannot take from the set, one sentence each; the restored stack would lack it.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>The warnings for the user, one sentence each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The volume resources that are made from snapshots.</summary>
    public required IReadOnlyList<PlacedVolume> Volumes { get; init; }

    /// <summary>Servers of the template without a member, which boot from the template's own images.</summary>
    public required IReadOnlyList<string> Uncovered { get; init; }
}

/// <summary>A volume resource of a template that is made from a snapshot.</summary>
/// <param name="Member">The first member it is attached to.</param>
/// <param name="Resource">The name of the resource.</param>
/// <param name="Volume">The snapshot.</param>
internal sealed record PlacedVolume(string Member, string Resource, SnapSetVolume Volume)
{
    /// <summary>The zone in the template; null if missing or a function.</summary>
    public string? AvailabilityZone { get; init; }

    /// <summary>The type in the template, a name or an id; null if missing or a function.</summary>
    public string? VolumeType { get; init; }
}
