using System.Text.RegularExpressions;
using Xunit;

namespace Hotstack.Surface;

/// <summary>The ids that users' scripts catch errors by, as the sources have them and as docs/errors.md lists them.</summary>
public sealed partial class ErrorIdTests
{
    private static readonly string[] Projects = ["Hotstack.SnapSet", "Hotstack.SnapSet.Core"];

    [Fact]
    public void The_page_of_errors_lists_exactly_the_existing_ids()
    {
        string[] listed = Listed();

        Assert.Equal(listed.Distinct(), listed);
        Assert.Equal(InSources(), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_has_its_meaning_and_what_to_do() => Assert.All(
        Rows().Matches(Page()), row => Assert.All([row.Groups["meaning"].Value, row.Groups["action"].Value], text =>
        {
            Assert.InRange(text.Length, 10, 200);
            Assert.EndsWith(".", text, StringComparison.Ordinal);
        }));

    private static string[] InSources() =>
    [
        .. Sources().SelectMany(text => Ids().Matches(text)).SelectMany(m => m.Groups["id"].Captures).Select(c => c.Value)
            .Distinct().Order(StringComparer.Ordinal),
    ];

    private static string[] Listed() => [.. Rows().Matches(Page()).Select(row => row.Groups["id"].Value)];

    private static string Page() => File.ReadAllText(Path.Combine(Repository.Root, "docs", "errors.md")).ReplaceLineEndings("\n");

    /// <summary>Without comments and documentation.</summary>
    private static IEnumerable<string> Sources() => Projects
        .Select(project => Path.Combine(Repository.Root, "src", project))
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(folder, file).StartsWith("obj", StringComparison.Ordinal)
                && !Path.GetRelativePath(folder, file).StartsWith("bin", StringComparison.Ordinal)))
        .Select(file => string.Join('\n', File.ReadLines(file)
            .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))));

    /// <summary>The ways in which the sources give an error its id: beside its cause, as a constant of that purpose, or to a method that
    /// makes the error.</summary>
    [GeneratedRegex("""
        ErrorCause\.\w+,\s*"(?<id>[A-Z]\w+)"
        |(?:ErrorCause\.\w+,|new\()\s*[\w .=]+\?\s*"(?<id>[A-Z]\w+)"\s*:\s*"(?<id>[A-Z]\w+)"
        |(?:ViolationsException|\bInvalid|\bUnsupported)\(\s*"(?<id>[A-Z]\w+)",
        |const\ string\ (?:\w*[a-z]Id|Unreachable|Slow|TooLarge|Template|Unreadable|Outside|Parameters|Unresolved)\ =\ "(?<id>(?!ById)[A-Z]\w+)"
        |\bnew\("(?<id>[A-Z]\w+)",[^;]{0,200}?\bErrorCause\.
        |PollAsync\(\s*request,\ activity,\ "(?<id>[A-Z]\w+)"
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Ids();

    [GeneratedRegex(@"^\| `(?<id>\w+)` \| (?<meaning>[^|]+) \| (?<action>[^|]+) \|$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Rows();
}
