using Hotstack.Deployments;
using Hotstack.Fuzz.Inputs;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Marks;

namespace Hotstack.Fuzz.Targets;

/// <summary>What a snapset is made of: an outputs file in YAML or JSON, or a stack's output.</summary>
internal sealed class SnapSetDataTarget : FuzzTarget
{
    private static readonly Tree[] Examples = Corpus.Trees("snapset-outputs.yaml");

    public override string Name => "snapset-data";

    public override IReadOnlyList<byte[]> Hostile => [.. Bombs.Yaml, .. Bombs.Json];

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>(
        Bombs.GrowingYaml)
    {
        ["instances"] = length => "instances:\n"
            + string.Concat(Enumerable.Range(0, length / 30).Select(i => $"  i{i}: {{uuid: a, role: b, mac_address: c}}\n")),
    };

    public override byte[] Generate(Random random) => TreeInputs.YamlOrJson(Examples, random);

    public override Verdict Run(byte[] input) => Verdict.Of(() =>
    {
        string path = input is [(byte)'{', ..] ? "outputs.json" : "outputs.yaml";
        (IReadOnlyList<Instance> instances, IReadOnlyList<string> violations) = SnapSetData.Read(
            SnapSetFile.Read(path, new MemoryStream(input)));
        string[] all = [.. violations, .. InstanceRules.Violations(instances)];
        if (all.Length > 0)
        {
            throw new ViolationsException("SnapSetDataInvalid", path, all);
        }

        foreach (Instance instance in instances)
        {
            var tags = new SnapSetTags(instance.Name, instance.Role, "k3v9x2m1", instance.MacAddress);
            CheckFailedException.Unless(SnapSetTags.From(tags.ToList()) == tags, $"{instance.Name}: its tags do not give it back");
        }
    });
}
