using Xunit;

namespace Hotstack.SnapSets.Move;

/// <summary>Links in a folder that others may write into, too.</summary>
public sealed class ExportLinkTests : MoveFixture
{
    private const string Untouched = "not ours";

    [Theory]
    [InlineData("master0.qcow2.part")]
    [InlineData("master0.qcow2")]
    [InlineData("snapset.json")]
    [InlineData("snapset.json.part")]
    public async Task An_export_does_not_write_through_a_link(string name)
    {
        SnapSet set = await FrozenAsync();
        string folder = Directory.CreateDirectory(Path.Combine(Folder, ExportFiles.FolderName(set.Id))).FullName;
        string elsewhere = Elsewhere();
        File.CreateSymbolicLink(Path.Combine(folder, name), elsewhere);

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id));

        Assert.Equal("ExportFolderTaken", e.Id);
        Golden.Message(e);
        Assert.Equal(Untouched, await File.ReadAllTextAsync(elsewhere, Stop));
        Assert.Empty(DataCalls);
    }

    [Fact]
    public async Task An_export_does_not_write_into_a_linked_folder()
    {
        SnapSet set = await FrozenAsync();
        string elsewhere = Directory.CreateDirectory(Path.Combine(Folder, "elsewhere")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(Folder, ExportFiles.FolderName(set.Id)), elsewhere);

        Assert.Equal("ExportFolderTaken", (await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id))).Id);
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere));
    }

    private string Elsewhere()
    {
        string file = Path.Combine(Folder, "precious.txt");
        File.WriteAllText(file, Untouched);
        return file;
    }
}
