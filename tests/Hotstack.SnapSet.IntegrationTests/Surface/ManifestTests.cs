using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Hotstack.Surface;

public sealed class ManifestTests
{
    private static readonly IReadOnlyDictionary<string, object> Manifest = PublishedModule.Manifest;
    private static readonly IReadOnlyDictionary<string, object> Source =
        Psd1.Read(File.ReadAllText(Path.Combine(Repository.Root, "Hotstack.SnapSet.psd1")));

    [Fact]
    public void It_exports_the_cmdlets_there_are_and_nothing_else()
    {
        Assert.Equal(CmdletTypes.Cmdlets.Select(CmdletTypes.NameOf), Assert.IsType<List<object>>(Manifest["CmdletsToExport"]));
        Assert.Equal(CmdletTypes.Cmdlets.SelectMany(CmdletTypes.AliasesOf), Assert.IsType<List<object>>(Manifest["AliasesToExport"]));
        Assert.All(["FunctionsToExport", "VariablesToExport"], key => Assert.Empty(Assert.IsType<List<object>>(Manifest[key])));
    }

    [Fact]
    public void It_names_what_it_exports_one_by_one()
    {
        string[] names = [.. Manifest.Where(entry => entry.Key.EndsWith("ToExport", StringComparison.Ordinal))
            .SelectMany(entry => (List<object>)entry.Value).Cast<string>()];
        Assert.All(names, name => Assert.Matches("^[A-Za-z]+-[A-Za-z]+$", name));
        Assert.Equal(names, names.Distinct(StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void Its_version_is_that_of_the_build_and_of_the_assembly()
    {
        XDocument properties = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props"));
        string built = properties.Descendants("VersionPrefix").Single().Value;
        Assert.Matches(@"^\d+\.\d+\.\d+$", built);
        Assert.Equal(built, Manifest["ModuleVersion"]);
        Assert.Equal(Version.Parse(built), Version.Parse(AssemblyName.GetAssemblyName(PublishedModule.Assembly).Version!.ToString(3)));
        Assert.Matches("^[A-Za-z0-9]*$", Assert.IsType<string>(PublishedModule.GalleryData["Prerelease"]));
    }

    [Fact]
    public void The_build_stamps_version_files_notes_and_label_only()
    {
        string[] stamped = ["ModuleVersion", "FileList", "ReleaseNotes", "Prerelease"];
        Assert.Equal(Lines(Source).Where(IsKept), Lines(Manifest).Where(IsKept));
        Assert.Equal(["FileList = ", "ModuleVersion = 0.0.0", "Prerelease = ", "ReleaseNotes = "], Lines(Source)
            .Where(line => !IsKept(line)));

        bool IsKept(string line) => !stamped.Contains(line.Split(' ')[0]);

        static IEnumerable<string> Lines(IReadOnlyDictionary<string, object> table) => table.SelectMany(entry => entry.Value switch
        {
            IReadOnlyDictionary<string, object> inner => Lines(inner),
            List<object> list => [$"{entry.Key} = {string.Join(", ", list)}"],
            object value => [$"{entry.Key} = {value}"],
        }).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void It_lists_the_files_there_are() =>
        Assert.Equal(PublishedModule.Files, ((List<object>)Manifest["FileList"]).Cast<string>().Order(StringComparer.Ordinal));

    [Fact]
    public void It_has_what_a_gallery_asks_for()
    {
        Assert.All(["Author", "CompanyName", "Copyright", "Description"], key =>
        {
            string value = Assert.IsType<string>(Manifest[key]);
            Assert.True(value.Trim() == value && value.Length > 0, key);
        });
        Assert.InRange(((string)Manifest["Description"]).Length, 50, 4000);
        Assert.StartsWith("Copyright (c) ", (string)Manifest["Copyright"], StringComparison.Ordinal);
        // Its identity, for good.
        Assert.Equal("e13a70f2-b92a-475e-9655-1e48a51672d0", Manifest["GUID"]);
        Assert.All(PublishedModule.GalleryData.Where(entry => entry.Key.EndsWith("Uri", StringComparison.Ordinal)), entry =>
            Assert.Equal("https", new Uri((string)entry.Value, UriKind.Absolute).Scheme));
    }

    [Fact]
    public void Its_tags_are_single_words_that_say_where_it_runs()
    {
        string[] tags = [.. ((List<object>)PublishedModule.GalleryData["Tags"]).Cast<string>()];
        Assert.All(tags, tag => Assert.Matches("^[A-Za-z_]+$", tag));
        Assert.Equal(tags, tags.Distinct(StringComparer.OrdinalIgnoreCase));
        Assert.Superset(new HashSet<string>(["PSEdition_Core", "Linux", "MacOS", "Windows"]), new HashSet<string>(tags));
    }

    [Fact]
    public void Its_release_notes_are_what_the_changelog_says_of_this_version()
    {
        string[] sections = File.ReadAllText(Path.Combine(Repository.Root, "CHANGELOG.md")).ReplaceLineEndings("\n").Split("\n## ");
        string section = Assert.Single(sections, text => Regex.IsMatch(text, $@"^{Regex.Escape((string)Manifest["ModuleVersion"])}\b"));
        string notes = section[(section.IndexOf('\n', StringComparison.Ordinal) + 1)..].Trim();
        Assert.NotEmpty(notes);
        Assert.Equal(notes, ((string)PublishedModule.GalleryData["ReleaseNotes"]).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void It_has_only_keys_that_PowerShell_knows()
    {
        Assert.Subset(
            new HashSet<string>(
            [
                "RootModule", "ModuleVersion", "FileList", "GUID", "Author", "CompanyName", "Copyright", "Description",
                "PowerShellVersion", "CompatiblePSEditions", "TypesToProcess", "FormatsToProcess", "CmdletsToExport", "FunctionsToExport",
                "AliasesToExport", "VariablesToExport", "PrivateData",
            ]),
            new HashSet<string>(Manifest.Keys));
        Assert.Equal(["LicenseUri", "Prerelease", "ReleaseNotes", "Tags"], PublishedModule.GalleryData.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void It_asks_for_the_oldest_PowerShell_that_the_assembly_runs_on()
    {
        Assert.Equal("7.6", Manifest["PowerShellVersion"]);
        Assert.Equal(["Core"], (List<object>)Manifest["CompatiblePSEditions"]);
    }

    [Fact]
    public void The_files_that_it_names_are_there()
    {
        object[] named = [Manifest["RootModule"], .. (List<object>)Manifest["FormatsToProcess"]];
        Assert.All(named, file => Assert.True(File.Exists(Path.Combine(PublishedModule.Folder, (string)file)), $"{file}"));
    }

    [Theory]
    [InlineData("@{ A = 'it''s'; B = @('x', 'y') # why\n C = @{ D = @() } }")]
    [InlineData("# first\n@{A='it''s'\nB=@('x'\n'y')\nC=@{D=@()}}\n")]
    public void The_reader_of_these_tests_reads(string text)
    {
        IReadOnlyDictionary<string, object> table = Psd1.Read(text);
        Assert.Equal("it's", table["a"]);
        Assert.Equal(["x", "y"], (List<object>)table["B"]);
        Assert.Empty((List<object>)((Dictionary<string, object>)table["C"])["D"]);
    }

    [Theory]
    [InlineData("@{ A = 'open }")]
    [InlineData("@{ A = $env:HOME }")]
    [InlineData("@{ A = 'x' } 'more'")]
    [InlineData("@{ A 'x' }")]
    [InlineData("@{ A = @('x' }")]
    public void The_reader_of_these_tests_refuses(string text) => Assert.Throws<FormatException>(() => Psd1.Read(text));
}
