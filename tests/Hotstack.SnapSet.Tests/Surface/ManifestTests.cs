using System.Reflection;
using System.Xml.Linq;
using Xunit;

namespace Hotstack.Surface;

public sealed class ManifestTests
{
    private static readonly IReadOnlyDictionary<string, object> Manifest = PublishedModule.Manifest;

    [Fact]
    public void It_exports_the_cmdlets_there_are_and_nothing_else()
    {
        Assert.Equal(PublishedModule.Cmdlets.Select(PublishedModule.NameOf), Assert.IsType<List<object>>(Manifest["CmdletsToExport"]));
        Assert.Equal(PublishedModule.Cmdlets.SelectMany(PublishedModule.AliasesOf), Assert.IsType<List<object>>(Manifest["AliasesToExport"]));
        Assert.All(["FunctionsToExport", "VariablesToExport"], key => Assert.Empty(Assert.IsType<List<object>>(Manifest[key])));
    }

    [Fact]
    public void Its_version_is_that_of_the_build_and_of_the_assembly()
    {
        XDocument properties = XDocument.Load(Path.Combine(PublishedModule.Root, "Directory.Build.props"));
        string built = properties.Descendants("Version").Single().Value;
        Assert.Equal(built, Manifest["ModuleVersion"]);
        Assert.Equal(Version.Parse(built), Version.Parse(AssemblyName.GetAssemblyName(PublishedModule.Assembly).Version!.ToString(3)));
    }

    [Fact]
    public void It_has_what_a_gallery_asks_for()
    {
        Assert.All(["Author", "CompanyName", "Copyright", "Description"], key =>
            Assert.NotEqual("", Assert.IsType<string>(Manifest[key])));
        Assert.True(Guid.TryParse((string)Manifest["GUID"], out _));
        var data = (IReadOnlyDictionary<string, object>)((IReadOnlyDictionary<string, object>)Manifest["PrivateData"])["PSData"];
        Assert.Contains("PSEdition_Core", (List<object>)data["Tags"]);
    }

    [Fact]
    public void It_asks_for_the_oldest_PowerShell_that_the_assembly_runs_on()
    {
        Assert.Equal("7.4", Manifest["PowerShellVersion"]);
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
