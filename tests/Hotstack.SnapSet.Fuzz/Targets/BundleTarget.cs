using Hotstack.Fuzz.Inputs;
using Hotstack.Templates;

namespace Hotstack.Fuzz.Targets;

/// <summary>A template that names files: none of those outside its folder is read, by whatever name.</summary>
internal sealed class BundleTarget : FuzzTarget
{
    private const string Outside = "oUtSiDe";

    private static readonly string[] Names =
    [
        "run.sh", "./run.sh", "sub/../run.sh", "sub/nested.yaml", "../outside.txt", "sub/../../outside.txt", "link.txt",
            "linked/outside.txt", "/etc/hostname", "C:\\run.sh", "..\\outside.txt",
        "file:///etc/hostname", "http://x/y", "run.sh\0.txt", "", " ", ".", "..", "sub", ".git/config", "sub/.git/config", ".GIT/config",
            "nul", new string('a', 300), new string('a', 70_000), "sub//nested.yaml", "%2e%2e/outside.txt", "circle.yaml", "loop",
    ];

    public override string Name => "bundles";

    public override byte[] Generate(Random random)
    {
        string Pick() => random.Next(5) switch
        {
            0 => Vocabulary.Scalar(random),
            1 => random.Pick(Names),
            _ => random.Pick(Names[..4]),
        };
        Tree Resource(bool isNested) => Tree.Map(isNested
            ? [("type", Tree.Of(Pick()))]
            : [("type", Tree.Of("OS::Nova::Server")),
                ("properties", Tree.Map([("user_data", Tree.Map([("get_file", Tree.Of(Pick()))]))]))]);
        Tree template = Tree.Map(
        [
            ("heat_template_version", Tree.Of("rocky")),
            ("resources", Tree.Map(Enumerable.Range(0, random.Next(1, 3)).Select(i => ($"r{i}", Resource(random.Next(3) == 0))))),
        ]);
        return Bytes(TreeText.Yaml(template, random));
    }

    public override Verdict Run(byte[] input) => Verdict.Of(() =>
    {
        string path = Path.Combine(Folder.Value.Inside, "heat.yaml");
        File.WriteAllBytes(path, input);
        TemplateBundle bundle = TemplateBundle.Load(path);
        foreach ((string name, string content) in bundle.Files)
        {
            CheckFailedException.Unless(!content.Contains(Outside, StringComparison.Ordinal), $"{name} was read from outside");
        }
    });

    private static readonly Lazy<(string Inside, string Whole)> Folder = new(() =>
    {
        string whole = Directory.CreateTempSubdirectory("hotstack-fuzz-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(whole, recursive: true);
        string inside = Directory.CreateDirectory(Path.Combine(whole, "inside")).FullName;
        Directory.CreateDirectory(Path.Combine(inside, "sub", ".git"));
        File.WriteAllText(Path.Combine(whole, "outside.txt"), Outside);
        File.WriteAllText(Path.Combine(inside, "run.sh"), "echo");
        File.WriteAllText(Path.Combine(inside, "sub", ".git", "config"), Outside);
        File.WriteAllText(Path.Combine(inside, "sub", "nested.yaml"),
            "heat_template_version: rocky\nresources: {a: {type: x, properties: {b: {get_file: ../run.sh}}}}\n");
        File.WriteAllText(Path.Combine(inside, "circle.yaml"), "heat_template_version: rocky\nresources: {a: {type: circle.yaml}}\n");
        File.CreateSymbolicLink(Path.Combine(inside, "link.txt"), Path.Combine(whole, "outside.txt"));
        File.CreateSymbolicLink(Path.Combine(inside, "linked"), whole);
        File.CreateSymbolicLink(Path.Combine(inside, "loop"), Path.Combine(inside, "loop"));
        return (inside, whole);
    });
}
