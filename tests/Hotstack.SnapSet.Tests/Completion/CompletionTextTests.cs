using System.Text.RegularExpressions;
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
    public void Suggestions_continue_the_typed_text_and_are_quoted_if_needed(string typed, string expected) =>
        Assert.Equal(expected, Complete(typed));

    [Theory]
    [InlineData("a[", "'a`[1`]'")]
    [InlineData("x", "'x`*'")]
    [InlineData("9", "'9``'")]
    [InlineData("la", "lab|Lab-2")]
    public void Wildcard_characters_are_escaped_for_patterns(string typed, string expected) =>
        Assert.Equal(expected, Complete(typed, isPattern: true));

    [Fact]
    public void An_escaped_name_matches_itself() =>
        Assert.All(Names, name => Assert.True(Wildcard.Matches(
            name.Text, Read(CompletionText.Matching(name.Text, [name], [], true).Single().Text))));

    [Fact]
    public void Values_that_are_given_already_are_omitted() => Assert.Equal("Lab-2", Complete("la", "lab"));

    [Fact]
    public void The_order_is_kept() => Assert.Equal(
        ["newest", "older"], CompletionText.Matching("", [new("newest", "x"), new("older", "x")], [], false).Select(m => m.Text));

    /// <summary>What PowerShell's own parser says of such names is in tests/Pester/Completion.Tests.ps1.</summary>
    [Theory]
    [InlineData("x\u2019;whoami;\u2019", "'x\u2019\u2019;whoami;\u2019\u2019'")]
    [InlineData("\u2018\u2019\u201a\u201b'", "'\u2018\u2018\u2019\u2019\u201a\u201a\u201b\u201b'''")]
    [InlineData("\u201c$(whoami)\u201d", "'\u201c$(whoami)\u201d'")]
    [InlineData("a;b|c&d", "'a;b|c&d'")]
    [InlineData("007", "'007'")]
    [InlineData("1kb", "'1kb'")]
    [InlineData("1234567d", "'1234567d'")]
    [InlineData("0x1F", "'0x1F'")]
    [InlineData("1e5", "'1e5'")]
    [InlineData("649416c7-d812-49f4-b01f-3c791446af8b", "649416c7-d812-49f4-b01f-3c791446af8b")]
    [InlineData("9x2m1k3v", "9x2m1k3v")]
    public void A_name_is_one_text_and_never_code_or_a_number(string name, string expected)
    {
        string completed = CompleteOf(name);

        Assert.Equal(expected, completed);
        Assert.Equal(name, Read(completed));
    }

    [Theory]
    [InlineData("a\u001b[2Jb")]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    [InlineData("a\u007f")]
    [InlineData("a\u0085b")]
    [InlineData("a\u2028b")]
    [InlineData("a\u202eb")]
    [InlineData("a\u2066b\u2069")]
    [InlineData("a\u200fb")]
    [InlineData("a\u200bb")]
    [InlineData("a\ufeff")]
    [InlineData("a\u00adb")]
    [InlineData("a\u3164")]
    [InlineData("a\U000e0041")]
    public void Names_with_invisible_characters_are_not_suggested(string name) => Assert.Equal("", CompleteOf(name));

    [Theory]
    [InlineData("'it''s", "it's")]
    [InlineData("\u2018it\u2019\u2019s", "it\u2019s")]
    [InlineData("\"a", "a")]
    [InlineData("\u201ca\u201d", "a")]
    [InlineData("a'b", "a'b")]
    [InlineData("'", "")]
    [InlineData("", "")]
    public void A_quotation_mark_of_any_kind_begins_a_word(string typed, string expected) =>
        Assert.Equal(expected, CompletionText.Bare(typed));

    /// <summary>What a word on the command line means, by the rule of single quotation marks.</summary>
    private static string Read(string word)
    {
        if (word[0] != '\'')
        {
            return word;
        }

        Assert.Matches("^'([^'\u2018-\u201b]|(['\u2018-\u201b])\\2)*'$", word);
        return Regex.Replace(word[1..^1], "(['\u2018-\u201b])\\1", "$1");
    }

    private static string CompleteOf(string name) => string.Join(
        '|', CompletionText.Matching("", [new(name, name)], [], false).Select(match => match.Text));

    private static string Complete(string typed, string? given = null, bool isPattern = false) => string.Join(
        '|', CompletionText.Matching(typed, Names, given is null ? [] : [given], isPattern).Select(match => match.Text));
}
