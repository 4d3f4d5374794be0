using System.Text.RegularExpressions;
using Xunit;

namespace Hotstack.Surface;

/// <summary>NOTICE, as it ships. That it has the version and the licence of each package is the build's to check (<c>Notice.targets</c>).</summary>
public sealed partial class NoticeTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(PublishedModule.Folder, "NOTICE")).ReplaceLineEndings("\n");
    private static readonly Match[] Entries = [.. Entry().Matches(Text).Cast<Match>()];

    [Fact]
    public void It_names_the_assemblies_of_others_and_no_more() => Assert.Equal(
        PublishedModule.Files.Where(file => file.StartsWith("dependencies/", StringComparison.Ordinal))
            .Except(["dependencies/Hotstack.SnapSet.Core.dll"]),
        Entries.Select(entry => entry.Groups["file"].Value).Order(StringComparer.Ordinal));

    [Fact]
    public void It_says_whose_each_is_and_where_it_comes_from() => Assert.All(Entries, entry =>
    {
        Assert.Matches(@"(?m)^    Copyright .*\d{4}", entry.Groups["more"].Value);
        Assert.Matches(@"(?m)^    https://\S+$", entry.Groups["more"].Value);
    });

    /// <summary>Apache's is the module's own.</summary>
    [Fact]
    public void The_text_of_each_licence_ships() => Assert.All(Entries.Select(entry => entry.Groups["licence"].Value).Distinct(), licence =>
        Assert.True(licence == "Apache-2.0"
            || Text.Contains($"\n\n{licence}\n{new string('-', licence.Length)}\n\n", StringComparison.Ordinal), licence));

    [GeneratedRegex(@"^(?<package>\S+) (?<version>\d\S*), (?<licence>\S+): (?<file>\S+)\n(?<more>(?:    .+\n)*)", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
