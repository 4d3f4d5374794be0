using Xunit;

namespace Hotstack.Help;

public sealed class OmissionsTests : IDisposable
{
    private readonly SourceTree _tree = new();

    public void Dispose() => _tree.Dispose();

    /// <summary>README, changelog, manifest, help, views, and the tests in Pester.</summary>
    [Fact]
    public void Nothing_lacks_a_cmdlet_or_a_property() => Assert.Empty(new Omissions(Repository.Root, HelpSources.Cmdlets).Find(null, ""));

    [Theory]
    [InlineData("README.md", "Wait-HotstackCluster", "README.md: lacks Wait-HotstackCluster in the table of cmdlets")]
    [InlineData("CHANGELOG.md", "Wait-HotstackCluster", "CHANGELOG.md: lacks Wait-HotstackCluster")]
    [InlineData("docs/en-US/about_Hotstack_SnapSet.md", "Wait-HotstackCluster", "docs/en-US/about_Hotstack_SnapSet.md: lacks Wait-HotstackCluster")]
    [InlineData("Hotstack.SnapSet.psd1", "'Wait-HotstackCluster'", "Hotstack.SnapSet.psd1: lacks Wait-HotstackCluster in CmdletsToExport")]
    [InlineData("tests/Pester/Cluster.Tests.ps1", "Describe 'Wait-HotstackCluster'", "tests/Pester: lacks exactly one Describe 'Wait-HotstackCluster'")]
    [InlineData("tests/Pester/HostileNames.Tests.ps1", "'Wait-HotstackCluster' =",
        "tests/Pester/HostileNames.Tests.ps1: lacks lines for Wait-HotstackCluster")]
    [InlineData("Hotstack.SnapSet.Format.ps1xml", "$_.StatusReason",
        "Hotstack.SnapSet.Format.ps1xml: the list of Hotstack.Deployments.Stacks.DeploymentStack lacks StatusReason")]
    [InlineData("Hotstack.SnapSet.Format.ps1xml", "SnapSets.SnapSetFinding",
        "Hotstack.SnapSet.Format.ps1xml: lacks views of Hotstack.SnapSets.SnapSetFinding")]
    public void What_a_file_lacks_is_listed(string file, string there, string line)
    {
        string path = Path.Combine(_tree.Root, file);
        string text = File.ReadAllText(path);
        Assert.Contains(there, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(there, there.Replace('a', 'o'), StringComparison.Ordinal));

        Assert.Equal([line], new Omissions(_tree.Root, HelpSources.Cmdlets).Find(null, ""));
    }

    [Fact]
    public void Where_a_new_parameter_is_missing_is_listed() => Assert.Equal(
        ["CHANGELOG.md: lacks -Newest, which is new in Get-HotstackSnapSet",
            "tests/Pester: lacks -Newest, which is new in Get-HotstackSnapSet"],
        new Omissions(_tree.Root, HelpSources.Cmdlets).Find("Get-HotstackSnapSet: SnapSet\n  -Cloud <String> any\n\n",
            "Get-HotstackSnapSet: SnapSet\n  -Cloud <String> any\n  -Newest <String> any\n\n"));
}
