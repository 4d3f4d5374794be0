using System.Text.RegularExpressions;
using Xunit;

namespace Hotstack.Surface;

/// <summary>A promise of docs/guarantees.md counts only as long as the tests that it names exist.</summary>
public sealed partial class GuaranteeTests
{
    private static readonly string Page =
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "guarantees.md")).ReplaceLineEndings("\n");

    [Fact]
    public void Each_promise_names_what_holds_it()
    {
        string[] promises = [.. Rows().Matches(Page).Select(row => row.Value)];

        Assert.True(promises.Length > 40, $"{promises.Length} promises");
        Assert.All(promises, promise => Assert.Matches(Links(), promise));
    }

    [Fact]
    public void Each_named_test_is_where_the_link_leads() => Assert.All(Links().Matches(Page), link =>
    {
        string file = Path.Combine(Repository.Root, "docs", link.Groups["file"].Value);
        Assert.True(File.Exists(file), $"{file} is not there");
        string text = File.ReadAllText(file);
        if (file.EndsWith(".ps1", StringComparison.Ordinal))
        {
            Assert.Contains($"'{link.Groups["name"].Value}'", text, StringComparison.Ordinal);
            return;
        }

        string[] name = link.Groups["name"].Value.Split('.');
        Assert.Matches($@"\bpublic (sealed |abstract )?(partial )?class {name[0]}\b", text);
        Assert.Matches(@"\[\w*(Fact|Theory)\b", text);
        Assert.All(name.Skip(1), test => Assert.Matches($@"\n    public (async )?(Task|void) {test}\(", text));
    });

    [GeneratedRegex(@"^\| (?!Promise |---).+\|$", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex(@"\[`(?<name>[^`]+)`\]\((?<file>\.\./tests/[^)]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Links();
}
