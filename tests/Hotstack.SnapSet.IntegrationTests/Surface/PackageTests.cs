using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using Xunit;

namespace Hotstack.Surface;

/// <summary>The package that <c>dotnet pack</c> makes and Install-PSResource installs.</summary>
public sealed class PackageTests : IDisposable
{
    private static readonly IReadOnlyDictionary<string, object> Manifest = PublishedModule.Manifest;
    private readonly ZipArchive _package = ZipFile.OpenRead(PublishedModule.Package);

    public void Dispose() => _package.Dispose();

    [Fact]
    public void It_has_the_files_of_the_published_folder_byte_by_byte()
    {
        ZipArchiveEntry[] files = [.. _package.Entries.Where(entry => !IsOfThePackaging(entry.FullName))];
        Assert.Equal(PublishedModule.Files, files.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
        Assert.All(files, entry => Assert.Equal(File.ReadAllBytes(Path.Combine(PublishedModule.Folder, entry.FullName)), BytesOf(entry)));
    }

    [Fact]
    public void It_agrees_with_the_manifest()
    {
        Assert.Equal("Hotstack.SnapSet", Said("id"));
        Assert.Equal(PublishedModule.Version, Said("version"));
        Assert.Equal(Manifest["Author"], Said("authors"));
        Assert.Equal(Manifest["Copyright"], Said("copyright"));
        Assert.Equal(Manifest["Description"], Said("description"));
        Assert.Equal(PublishedModule.GalleryData["ReleaseNotes"], Said("releaseNotes").ReplaceLineEndings("\n"));
        Assert.Equal("Apache-2.0", Said("license"));
    }

    [Fact]
    public void Its_tags_are_the_manifests_and_those_by_which_a_gallery_finds_cmdlets()
    {
        string[] cmdlets = [.. CmdletTypes.Cmdlets.Select(CmdletTypes.NameOf)];
        Assert.Equal(
            [
                "PSModule", .. ((List<object>)PublishedModule.GalleryData["Tags"]).Cast<string>(), "PSIncludes_Cmdlet",
                .. cmdlets.Select(name => $"PSCmdlet_{name}"), .. cmdlets.Select(name => $"PSCommand_{name}"),
            ],
            Said("tags").Split(' '));
    }

    /// <summary>A gallery shows it without the files beside it.</summary>
    [Fact]
    public void Its_README_is_part_of_the_repositorys_and_holds_no_image_and_no_link_to_a_file()
    {
        string text = Encoding.UTF8.GetString(BytesOf(_package.GetEntry(Said("readme"))!));
        Assert.StartsWith("# Hotstack.SnapSet\n\nA PowerShell module that ", text, StringComparison.Ordinal);
        Assert.EndsWith("The license is Apache License 2.0. NOTICE lists the packages of others that the module contains.\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("![", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\]\((?!https://)", text);
        Assert.All(CmdletTypes.Cmdlets.Select(CmdletTypes.NameOf), name => Assert.Contains($"`{name}`", text, StringComparison.Ordinal));
        string repository = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).ReplaceLineEndings("\n");
        Assert.All(text.Split('\n').Where(line => !line.Contains(".md", StringComparison.Ordinal) && !line.Contains("NOTICE", StringComparison.Ordinal)
                && !line.Contains("lossary", StringComparison.Ordinal)),
            line => Assert.Contains(line, repository, StringComparison.Ordinal));
        Assert.InRange(text.Length, 5_000, repository.Length * 2 / 3);
    }

    [Fact]
    public void It_asks_for_no_other_package() =>
        Assert.DoesNotContain(Nuspec().Descendants(), e => e.Name.LocalName == "dependency");

    [Fact]
    public void It_holds_no_build_time()
    {
        Assert.All(_package.Entries, entry => Assert.Equal(new DateTime(1980, 1, 1), entry.LastWriteTime.DateTime));
        Assert.Contains(_package.Entries,
            entry => entry.FullName.EndsWith("/nuget.psmdcp", StringComparison.Ordinal)); // else a random name
    }

    private string Said(string element) => Nuspec().Descendants().Single(e => e.Name.LocalName == element).Value;

    private XDocument Nuspec()
    {
        using Stream text = _package.GetEntry("Hotstack.SnapSet.nuspec")!.Open();
        return XDocument.Load(text);
    }

    private static bool IsOfThePackaging(string name) =>
        name is "Hotstack.SnapSet.nuspec" or "[Content_Types].xml"
        || name.StartsWith("_rels/", StringComparison.Ordinal) || name.StartsWith("package/", StringComparison.Ordinal);

    private static byte[] BytesOf(ZipArchiveEntry entry)
    {
        using Stream packed = entry.Open();
        using var bytes = new MemoryStream();
        packed.CopyTo(bytes);
        return bytes.ToArray();
    }
}
