using Xunit;

namespace Hotstack.SnapSets.Move;

public sealed class ExportFilesTests
{
    [Theory]
    [InlineData("k3v9x2m1", "hotstack-snapset-k3v9x2m1")]
    [InlineData("AbC_-d3F", "hotstack-snapset-AbC_-d3F")]
    [InlineData("../../x", "hotstack-snapset-______x")]
    public void A_set_has_its_own_folder(string id, string name) => Assert.Equal(name, ExportFiles.FolderName(id));

    [Fact]
    public void Members_get_unique_portable_file_names()
    {
        IReadOnlyList<string> names = ExportFiles.NamesFor(
            [("master0", "qcow2"), ("Master0", "qcow2"), ("a/b", "raw"), ("a:b", "raw"), ("con", "qcow2"), ("..", "raw"),
                ("snapset", "json")]);

        Assert.Equal(["master0.qcow2", "Master0-2.qcow2", "a_b.raw", "a_b-2.raw", "_con.qcow2", "__.raw", "snapset-2.json"], names);
        Assert.All(names, name => Assert.True(ExportFiles.IsSafeName(name)));
    }
}
