using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Restore;
using Hotstack.Templates;
using Xunit;

namespace Hotstack.SnapSets.Move;

/// <summary>What is written stays in its folder, whatever a cloud, a manifest or another user says or does.</summary>
public sealed class WriteBoundaryTests : IDisposable
{
    private const string Untouched = "not ours";

    private static readonly string[] HostileNames =
    [
        "..", ".", "", "../../x", "/etc/passwd", "\\\\server\\share\\x", "C:\\x", "C:x", "a/b", "a\\b", "a:stream", "a\0b", "a\nb", "con",
            "NUL", "com1", "lpt9.txt", "conin$", "COM¹", "aux ", "a.", "a ", "-rf",
        "~", "snapset", "x.part", "part", "…", new string('a', 5000), "\u202egnp.exe", "e\u0301", "*", "?", "<", "|",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-write-").FullName;

    public static TheoryData<string> Names => [.. HostileNames];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_from_a_cloud_becomes_a_file_in_the_folder(string name)
    {
        foreach (string file in (string[])[.. ExportFiles.NamesFor([(name, "qcow2"), (name.ToUpperInvariant(), name)]),
            ExportFiles.FolderName(name)])
        {
            Assert.Equal(Path.Combine(_folder, file), Path.GetFullPath(file, _folder));
            Assert.Matches("^[A-Za-z0-9_.-]{1,250}$", file);
            Assert.True(ExportFiles.IsSafeName(file));
        }
    }

    [Fact]
    public void Names_that_are_equal_on_some_file_systems_get_separate_files()
    {
        IReadOnlyList<string> files = ExportFiles.NamesFor(HostileNames.Concat(HostileNames.Select(name => name.ToUpperInvariant()))
            .Select(name => (name, "raw")));

        Assert.Equal(2 * HostileNames.Length, files.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Theory]
    [InlineData("con")]
    [InlineData("NUL.qcow2")]
    [InlineData("com1.a.b")]
    [InlineData("aux .raw")]
    [InlineData("CONOUT$.raw")]
    [InlineData("LPT³")]
    [InlineData("a\u0001b")]
    [InlineData("a\u0085b")]
    [InlineData("//server/share")]
    [InlineData("a/../b")]
    public void A_manifest_cannot_name_a_device_or_another_folder(string file) => Assert.False(ExportFiles.IsSafeName(file));

    [Fact]
    public void Outputs_replace_a_link()
    {
        string elsewhere = Elsewhere();
        string file = Path.Combine(_folder, "hs-outputs.yaml");
        File.CreateSymbolicLink(file, elsewhere);

        StackOutputsFile.Write(file, new Stack { Id = "1", Name = "hs", Status = "CREATE_COMPLETE" }, [], [], new RecordingActivity(), "");

        Assert.Equal(Untouched, File.ReadAllText(elsewhere));
        Assert.Null(new FileInfo(file).LinkTarget);
    }

    [Theory]
    [InlineData("../outside.txt")]
    [InlineData("sub/../../outside.txt")]
    [InlineData("link.txt")]
    [InlineData("linked/outside.txt")]
    public void A_template_cannot_name_a_file_outside(string name)
    {
        string inside = Directory.CreateDirectory(Path.Combine(_folder, "inside", "sub")).Parent!.FullName;
        File.WriteAllText(Path.Combine(_folder, "outside.txt"), Untouched);
        File.CreateSymbolicLink(Path.Combine(inside, "link.txt"), Path.Combine(_folder, "outside.txt"));
        File.CreateSymbolicLink(Path.Combine(inside, "linked"), _folder);
        string template = Path.Combine(inside, "heat.yaml");
        File.WriteAllText(template,
            $"heat_template_version: rocky\nresources: {{a: {{type: x, properties: {{b: {{get_file: '{name}'}}}}}}}}\n");

        Assert.Equal("TemplateFileOutsideRoot", Assert.Throws<HotstackException>(() => TemplateBundle.Load(template)).Id);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Elsewhere()
    {
        string file = Path.Combine(_folder, "precious.txt");
        File.WriteAllText(file, Untouched);
        return file;
    }
}
