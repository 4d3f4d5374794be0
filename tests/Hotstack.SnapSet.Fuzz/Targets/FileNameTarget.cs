using Hotstack.Fuzz.Inputs;
using Hotstack.SnapSets.Move;

namespace Hotstack.Fuzz.Targets;

/// <summary>Names that a cloud gives, of which files are made; and names of files that a manifest gives. One a line.</summary>
internal sealed class FileNameTarget : FuzzTarget
{
    private static readonly string[] Names =
    [
        "master0", "Master0", "MASTER0", "snapset", "con", "CON", "nul.txt", "com1", "lpt9", "aux", "..", ".", "../../etc/passwd",
            "/etc/passwd", "C:\\x", "a/b", "a\\b", "a:b", "a b ", "a.", "x.part", "snapset.json", "SNAPSET.JSON", "-rf", "~", "$HOME", "a*",
            "a?b",
    ];

    public override string Name => "file-names";

    public override IReadOnlyList<byte[]> Hostile => [[], Bytes("\n\n"), Bytes(new string('a', 500_000)), Bytes("a\nA\na\nA")];

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>
    {
        ["name"] = length => new string('/', length),
        ["names"] = length => string.Concat(Enumerable.Range(0, length / 5).Select(i => $"{i}\n")),
    };

    public override byte[] Generate(Random random) =>
        Bytes(string.Join('\n', Enumerable.Range(0, random.Next(1, 5))
        .Select(_ => random.Next(3) == 0 ? Vocabulary.Scalar(random) : random.Next(4) == 0 ? Vocabulary.HostileName(random)
        : random.Pick(Names))));

    public override Verdict Run(byte[] input)
    {
        string[] names = Text(input).Split('\n');
        IReadOnlyList<string> files = ExportFiles.NamesFor(names.Select((name, i) => (name, names[^(i + 1)])));
        CheckFailedException.Unless(files.Distinct(StringComparer.OrdinalIgnoreCase).Count() == files.Count, "two members have one file");
        foreach (string file in files)
        {
            CheckFailedException.Unless(ExportFiles.IsSafeName(file) && file.Length <= 255 - ExportFiles.PartSuffix.Length,
                $"{file} is no safe name");
        }

        CheckFailedException.Unless(ExportFiles.IsSafeName(ExportFiles.FolderName(names[0])), "the folder's name is not safe");
        string[] refused = [.. names.Where(name => !ExportFiles.IsSafeName(name))];
        foreach (string name in names.Except(refused))
        {
            CheckFailedException.Unless(Path.GetFullPath(name, "/folder") == "/folder/" + name, $"{name} leaves the folder");
        }

        return refused.Length == 0 ? Verdict.Accepted : new("NotSafe");
    }
}
