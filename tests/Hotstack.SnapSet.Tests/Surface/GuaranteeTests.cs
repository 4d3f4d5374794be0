using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;
using Xunit.v3;

namespace Hotstack.Surface;

/// <summary>A promise of docs/guarantees.md counts only as long as the tests that it names exist.</summary>
public sealed partial class GuaranteeTests
{
    private static readonly string Page =
        File.ReadAllText(Path.Combine(PublishedModule.Root, "docs", "guarantees.md")).ReplaceLineEndings("\n");

    private static readonly ILookup<string, Type> Classes = typeof(GuaranteeTests).Assembly.GetTypes()
        .Where(type => type.IsPublic && type.Name.EndsWith("Tests", StringComparison.Ordinal)).ToLookup(type => type.Name);

    [Fact]
    public void Each_promise_names_what_holds_it()
    {
        string[] promises = [.. Rows().Matches(Page).Select(row => row.Value)];

        Assert.True(promises.Length > 40, $"{promises.Length} promises");
        Assert.All(promises, promise => Assert.Matches(Links(), promise));
    }

    [Fact]
    public void Each_test_that_is_named_is_where_the_link_leads() => Assert.All(Links().Matches(Page), link =>
    {
        string file = Path.Combine(PublishedModule.Root, "docs", link.Groups["file"].Value);
        Assert.True(File.Exists(file), $"{file} is not there");
        string text = File.ReadAllText(file);
        if (file.EndsWith(".ps1", StringComparison.Ordinal))
        {
            Assert.Contains($"'{link.Groups["name"].Value}'", text, StringComparison.Ordinal);
            return;
        }

        string[] name = link.Groups["name"].Value.Split('.');
        Assert.Contains($" class {name[0]}", text, StringComparison.Ordinal);
        Assert.Contains(Classes[name[0]], type => name.Length == 1 ? Tests(type).Any() : Tests(type).Any(test => test.Name == name[1]));
        Assert.All(name.Skip(1), test => Assert.Contains($" {test}(", text, StringComparison.Ordinal));
    });

    private static IEnumerable<MethodInfo> Tests(Type type) =>
        type.GetMethods().Where(method => method.GetCustomAttributes().Any(attribute => attribute is IFactAttribute));

    [GeneratedRegex(@"^\| (?!Promise |---).+\|$", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex(@"\[`(?<name>[^`]+)`\]\((?<file>\.\./tests/[^)]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Links();
}
