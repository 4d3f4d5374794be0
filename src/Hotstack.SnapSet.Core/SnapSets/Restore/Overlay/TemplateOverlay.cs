using System.Text;
using Hotstack.Configuration;
using Hotstack.Templates;

namespace Hotstack.SnapSets.Restore.Overlay;

/// <summary>Applies a set to a template: each member's image, MAC addresses and volumes on its server resource. The template is parsed and
/// written again; other resources keep their meaning.</summary>
internal static class TemplateOverlay
{
    private const string SnapSetOutput = "snapset_data";

    /// <param name="bundle">The template; it is not changed.</param>
    /// <param name="set">The set.</param>
    /// <param name="withPinnedImage">Members whose servers keep the image from the template and its parameters.</param>
    /// <exception cref="HotstackException"><c>TemplateTooLarge</c>: the new template exceeds Heat's limit.</exception>
    public static OverlayResult Apply(TemplateBundle bundle, SnapSet set, IReadOnlySet<string>? withPinnedImage = null)
    {
        var root = (DocMap)bundle.Document.Copy();
        var resources = new TemplateResources(root, bundle.Presence.Absent);
        HeatTemplate template = HeatTemplate.Read(root, bundle.Presence);
        MemberMatching matching = MemberMatching.Of(template, set);
        MacPlan macs = MacPlan.Of(template, matching.Pairs);
        var notes = new OverlayNotes();
        foreach ((TemplateServer server, SnapSetMember member) in matching.Pairs)
        {
            ServerPart part = resources.Servers.Single(s => s.Name == server.ResourceName);
            new VolumeOverlay(part, member, resources, notes).Apply(keepsImage: withPinnedImage?.Contains(member.Name) == true);
            GiveMacs(server, part, macs, notes);
        }

        AddOutput(root, template, bundle.Presence, matching, macs, notes);
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

    /// <summary>Writes the output in upstream's shape, so that a set can be made from the restored stack (hotstack:
    /// scenarios/snapshot-sno). The template's own output stays, unless it names servers that are not created: Heat reports null for their
    /// ids.</summary>
    private static void AddOutput(
        DocMap root, HeatTemplate template, TemplatePresence presence, MemberMatching matching, MacPlan macs, OverlayNotes notes)
    {
        bool isThere = template.HasOutput(SnapSetOutput);
        if (isThere && root.MapOrNull("outputs")?[SnapSetOutput] is { } written
            && !presence.Absent.Any(name => IsReferredTo(written, name)))
        {
            return;
        }

        var instances = new DocMap(root.Mark);
        foreach ((TemplateServer server, SnapSetMember member) in matching.Pairs)
        {
            if (Address(root, server, macs) is not { } address)
            {
                notes.Warn($"{member.Name} has no MAC address for the output {SnapSetOutput} and is left out of it.");
                continue;
            }

            instances.Set(
                server.ResourceName,
                new DocMap(root.Mark)
                    .Set("uuid", new DocMap(root.Mark, isFlow: true).Set("get_resource", server.ResourceName))
                    .Set("role", member.Role)
                    .Set("mac_address", address));
        }

        if (instances.Count > 0)
        {
            root.MapFor("outputs").Set(
                SnapSetOutput,
                new DocMap(root.Mark)
                    .Set("description", "What Hotstack snapshots of this stack are made of")
                    .Set("value", new DocMap(root.Mark).Set("instances", instances)));
            notes.Change(isThere
                ? $"output {SnapSetOutput} replaced, because the template's own names resources that are not created"
                : $"output {SnapSetOutput} added");
        }
    }

    private static bool IsReferredTo(DocNode node, string resource) => node switch
    {
        DocMap { Count: 1 } map when (map["get_resource"] ?? map["get_attr"]) is { } argument => TemplateResources.IsNamedIn(argument,
            resource),
        DocMap map => map.Entries.Any(entry => IsReferredTo(entry.Value, resource)),
        DocList list => list.Items.Exists(item => IsReferredTo(item, resource)),
        _ => false,
    };

    private static DocNode? Address(DocMap root, TemplateServer server, MacPlan macs)
    {
        if (macs.MainPort(server) is not { } index)
        {
            return null;
        }

        if (server.Ports[index].ResourceName is { } port)
        {
            var path = new DocList(root.Mark, [DocScalar.Of(root.Mark, port), DocScalar.Of(root.Mark, "mac_address")], isFlow: true);
            return new DocMap(root.Mark, isFlow: true).Set("get_attr", path);
        }

        return macs.MacOf(server, index) is { } mac ? DocScalar.Of(root.Mark, mac) : null;
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
