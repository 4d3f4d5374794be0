using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Hotstack.Fuzz.Inputs;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Restore.Overlay;
using Hotstack.Templates;

namespace Hotstack.Fuzz.Targets;

/// <summary>A HOT template, and what is made of it for a set.</summary>
internal sealed class TemplateTarget : FuzzTarget
{
    private static readonly Tree[] Examples = Corpus.Trees("heat-template.yaml", "heat-volumes.yaml");
    private static readonly SourceMark Mark = TemplateErrors.Mark("t.yaml", TemplateErrors.Template);

    public override string Name => "templates";

    public override IReadOnlyList<byte[]> Hostile => Bombs.Yaml;

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>
    {
        ["servers"] = length => Hot(length / 90,
            i => $"  s{i}: {{type: OS::Nova::Server, properties: {{image: a, networks: [{{network: x}}]}}}}\n"),
        ["ports"] = length => Hot(length / 90,
            i => $"  p{i}: {{type: OS::Neutron::Port, properties: {{network: x, mac_address: '52:54:00:00:00:01'}}}}\n"),
        ["networks"] = length => "heat_template_version: rocky\nresources:\n  s:\n    type: OS::Nova::Server\n    properties:\n      networks:\n"
            + string.Concat(Enumerable.Range(0, length / 30).Select(_ => "        - {network: x}\n")),
        ["parameters"] = length => "heat_template_version: rocky\nparameters:\n"
            + string.Concat(Enumerable.Range(0, length / 20).Select(i => $"  p{i}: {{type: string}}\n")) + "resources: {a: {type: b}}\n",
    };

    public override byte[] Generate(Random random) => TreeInputs.YamlOrJson(Examples, random);

    public override Verdict Run(byte[] input) => Verdict.Of(() =>
    {
        string text = Text(input);
        DocMap document = HeatTemplate.Document(Mark, text);
        HeatTemplate template = HeatTemplate.Read(document);
        var bundle = new TemplateBundle { Path = "t.yaml", Text = text, Files = new Dictionary<string, string>(), Template = template,
            Document = document };
        SnapSet set = Sets.For(template);
        foreach (TemplateServer server in template.Servers)
        {
            template.FlavorOf(server, new JsonObject { ["controller_params"] = new JsonObject { ["flavor"] = 1 } });
        }

        RestoreModes.Choose(template, set);
        OverlayResult overlay = TemplateOverlay.Apply(bundle, set);
        CheckOverlay(set, overlay);
    });

    /// <summary>The changed template is one, and its servers boot from the set's images.</summary>
    private static void CheckOverlay(SnapSet set, OverlayResult overlay)
    {
        HeatTemplate changed = HeatTemplate.Read(HeatTemplate.Document(Mark, overlay.Text));
        if (overlay.Problems.Count > 0)
        {
            return;
        }

        foreach (SnapSetMember member in set.Members.Where(member => member.Volumes.Count == 0))
        {
            CheckFailedException.Unless(
                changed.FindServer(member.Name)?.Image == member.ImageId, $"{member.Name} does not boot from its image");
        }
    }

    private static string Hot(int resources, Func<int, string> resource) =>
        "heat_template_version: rocky\nresources:\n" + string.Concat(Enumerable.Range(0, resources).Select(resource));
}
