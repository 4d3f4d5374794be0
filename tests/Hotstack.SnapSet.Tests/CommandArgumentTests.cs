using Xunit;

namespace Hotstack;

/// <summary>Names in the commands that errors tell to copy. PowerShell's own parser reads them in tests/Pester/Completion.Tests.ps1.</summary>
public sealed class CommandArgumentTests
{
    [Theory]
    [InlineData("mp65jst2", "mp65jst2")]
    [InlineData("1234567d", "'1234567d'")]
    [InlineData("a b", "'a b'")]
    [InlineData("-Force", "'-Force'")]
    [InlineData("x\u2019;whoami;\u2019", "'x\u2019\u2019;whoami;\u2019\u2019'")]
    [InlineData("$(whoami)", "'$(whoami)'")]
    [InlineData("", "''")]
    [InlineData("a\u001b[2J", "\"a`u{1b}[2J\"")]
    [InlineData("$(a)\"\u201c`\u202e", "\"`$(a)`\"`\u201c```u{202e}\"")]
    public void A_name_is_one_argument(string name, string expected) => Assert.Equal(expected, CommandArgument.Of(name));

    [Theory]
    [InlineData("mp65jst2", "mp65jst2")]
    [InlineData("*", "'`*'")]
    [InlineData("a[1]?`", "'a`[1`]`?``'")]
    public void Where_wildcards_are_taken_it_is_the_name_alone(string name, string expected) =>
        Assert.Equal(expected, CommandArgument.OfPattern(name));

    [Fact]
    public void An_escaped_name_matches_itself_and_nothing_else()
    {
        string[] names = ["*", "?", "a", "[a]", "`*", "``", "a`", "[", "]", "b*"];
        Assert.All(names, name => Assert.Equal([name],
            names.Where(other => Wildcard.Matches(other, CommandArgument.EscapeWildcards(name)))));
    }
}
