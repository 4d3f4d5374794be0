using Hotstack.Suggestions;
using Xunit;

namespace Hotstack.Completion;

public sealed class CompletionTextTests
{
    private static readonly Suggestion[] Names =
        [.. new[] { "lab", "Lab-2", "it's", "a b", "a[1]", "x*", "-v", "$home", "9`", "ü" }.Select(n => new Suggestion(n, n))];

    [Theory]
    [InlineData("", "lab|Lab-2|'it''s'|'a b'|'a[1]'|'x*'|'-v'|'$home'|'9`'|'ü'")]
    [InlineData("la", "lab|Lab-2")]
    [InlineData("LAB-", "Lab-2")]
    [InlineData("'la", "lab|Lab-2")]
    [InlineData("\"a", "'a b'|'a[1]'")]
    [InlineData("'it''", "'it''s'")]
    [InlineData("l*2", "Lab-2")]
    [InlineData("a[", "'a[1]'")]
    [InlineData("no", "")]
    public void What_goes_on_from_the_typed_is_proposed_and_quoted_where_that_is_needed(string typed, string expected) =>
        Assert.Equal(expected, Complete(typed));

    [Theory]
    [InlineData("a[", "'a`[1`]'")]
    [InlineData("x", "'x`*'")]
    [InlineData("9", "'9``'")]
    [InlineData("la", "lab|Lab-2")]
    public void Signs_of_wildcards_are_escaped_where_wildcards_are_taken(string typed, string expected) =>
        Assert.Equal(expected, Complete(typed, isPattern: true));

    [Fact]
    public void What_is_escaped_means_the_name_itself() =>
        Assert.All(Names, name => Assert.True(Wildcard.Matches(
            name.Text, CompletionText.Matching(name.Text, [name], [], true).Single().Text.Trim('\'').Replace("''", "'", StringComparison.Ordinal))));

    [Fact]
    public void What_is_given_already_is_left_out() => Assert.Equal("Lab-2", Complete("la", "lab"));

    [Fact]
    public void The_order_is_kept() => Assert.Equal(
        ["newest", "older"], CompletionText.Matching("", [new("newest", "x"), new("older", "x")], [], false).Select(m => m.Text));

    private static string Complete(string typed, string? given = null, bool isPattern = false) => string.Join(
        '|', CompletionText.Matching(typed, Names, given is null ? [] : [given], isPattern).Select(match => match.Text));
}
