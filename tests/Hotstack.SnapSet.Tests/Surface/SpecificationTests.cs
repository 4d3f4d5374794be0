using Xunit;

namespace Hotstack.Surface;

/// <summary>The tests in Pester are what a user can read of each cmdlet.</summary>
public sealed class SpecificationTests
{
    private static readonly string[] Texts =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "Pester"), "*.Tests.ps1").Select(File.ReadAllText)];

    public static TheoryData<string> Names => [.. CmdletTypes.Cmdlets.Select(CmdletTypes.NameOf)];

    [Theory, MemberData(nameof(Names))]
    public void Each_cmdlet_is_described_in_one_place(string name) =>
        Assert.Equal(1, Texts.Sum(text => text.Split('\n').Count(line => line.TrimEnd() == $"Describe '{name}' {{")));
}
