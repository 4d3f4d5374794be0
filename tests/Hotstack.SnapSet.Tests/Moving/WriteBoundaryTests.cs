using Hotstack.OpenStack.Orchestration;
using Hotstack.Restoring;
using Hotstack.SnapSets;
using Hotstack.Templates;
using Xunit;

namespace Hotstack.Moving;

/// <summary>What is written stays in its folder, whatever a cloud, a manifest or another user says or does.</summary>
public sealed class WriteBoundaryTests : MoveFixture
{
    private const string Untouched = "not ours";

    private static readonly string[] HostileNames =
    [
        "..", ".", "", "../../x", "/etc/passwd", "\\\\server\\share\\x", "C:\\x", "C:x", "a/b", "a\\b", "a:stream", "a\0b", "a\nb", "con", "NUL", "com1", "lpt9.txt", "conin$", "COM¹", "aux ", "a.", "a ", "-rf",
        "~", "snapset", "x.part", "part", "…", new string('a', 5000), "\u202egnp.exe", "e\u0301", "*", "?", "<", "|",
    ];

    public static TheoryData<string> Names => [.. HostileNames];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_of_a_cloud_becomes_a_file_of_the_folder(string name)
    {
        foreach (string file in (string[])[.. ExportFiles.NamesFor([(name, "qcow2"), (name.ToUpperInvariant(), name)]), ExportFiles.FolderName(name)])
        {
            Assert.Equal(Path.Combine(Folder, file), Path.GetFullPath(file, Folder));
            Assert.Matches("^[A-Za-z0-9_.-]{1,250}$", file);
            Assert.True(ExportFiles.IsSafeName(file));
        }
    }

    [Fact]
    public void Names_that_some_file_systems_take_for_one_get_files_of_their_own()
    {
        IReadOnlyList<string> files = ExportFiles.NamesFor(HostileNames.Concat(HostileNames.Select(name => name.ToUpperInvariant())).Select(name => (name, "raw")));

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
    public void A_manifest_names_no_device_and_no_other_place(string file) => Assert.False(ExportFiles.IsSafeName(file));

    [Theory]
    [InlineData("master0.qcow2.part")]
    [InlineData("master0.qcow2")]
    [InlineData("snapset.json")]
    [InlineData("snapset.json.part")]
    public async Task An_export_does_not_write_through_a_link_that_somebody_laid(string name)
    {
        SnapSet set = await FrozenAsync();
        string folder = Directory.CreateDirectory(Path.Combine(Folder, ExportFiles.FolderName(set.Id))).FullName;
        string elsewhere = Elsewhere();
        File.CreateSymbolicLink(Path.Combine(folder, name), elsewhere);

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id));

        Assert.Equal("ExportFolderTaken", e.Id);
        Assert.Contains($"is a link to {elsewhere}", e.Message, StringComparison.Ordinal);
        Assert.Equal(Untouched, await File.ReadAllTextAsync(elsewhere, Stop));
        Assert.Empty(DataCalls);
    }

    [Fact]
    public async Task Nor_into_a_folder_that_is_a_link()
    {
        SnapSet set = await FrozenAsync();
        string elsewhere = Directory.CreateDirectory(Path.Combine(Folder, "elsewhere")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(Folder, ExportFiles.FolderName(set.Id)), elsewhere);

        Assert.Equal("ExportFolderTaken", (await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id))).Id);
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere));
    }

    [Fact]
    public void Outputs_replace_a_link_and_do_not_go_through_it()
    {
        string elsewhere = Elsewhere();
        string file = Path.Combine(Folder, "hs-outputs.yaml");
        File.CreateSymbolicLink(file, elsewhere);

        StackOutputsFile.Write(file, new Stack { Id = "1", Name = "hs", Status = "CREATE_COMPLETE" }, Activity);

        Assert.Equal(Untouched, File.ReadAllText(elsewhere));
        Assert.Null(new FileInfo(file).LinkTarget);
    }

    [Theory]
    [InlineData("../outside.txt")]
    [InlineData("sub/../../outside.txt")]
    [InlineData("link.txt")]
    [InlineData("linked/outside.txt")]
    public void A_template_names_no_file_outside(string name)
    {
        string inside = Directory.CreateDirectory(Path.Combine(Folder, "inside", "sub")).Parent!.FullName;
        File.WriteAllText(Path.Combine(Folder, "outside.txt"), Untouched);
        File.CreateSymbolicLink(Path.Combine(inside, "link.txt"), Path.Combine(Folder, "outside.txt"));
        File.CreateSymbolicLink(Path.Combine(inside, "linked"), Folder);
        string template = Path.Combine(inside, "heat.yaml");
        File.WriteAllText(template, $"heat_template_version: rocky\nresources: {{a: {{type: x, properties: {{b: {{get_file: '{name}'}}}}}}}}\n");

        Assert.Equal("TemplateFileOutsideRoot", Assert.Throws<HotstackException>(() => TemplateBundle.Load(template)).Id);
    }

    private string Elsewhere()
    {
        string file = Path.Combine(Folder, "precious.txt");
        File.WriteAllText(file, Untouched);
        return file;
    }
}
