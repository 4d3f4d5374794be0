using Xunit;

namespace Hotstack.Tests.OpenStack.Configuration;

/// <summary>Control characters, which no YAML has: libyaml, PyYAML and Go's refuse them. Our parser takes a NUL for the end of the file.</summary>
public sealed class YamlLettersTests
{
    [Theory]
    [InlineData("clouds: {lab: {}}\n\0", "line 2, column 1", "U+0000")]
    [InlineData("clouds:\0\n  lab: {}\n", "line 1, column 8", "U+0000")]
    [InlineData("# \a\nclouds: {lab: {}}\n", "line 1, column 3", "U+0007")]
    [InlineData("clouds: {lab: {}}\nother: a\u007fb\n", "line 2, column 9", "U+007F")]
    [InlineData("clouds: {lab: {}}\nother: '\u0080'\n", "line 2, column 9", "U+0080")]
    [InlineData("clouds: {lab: {}}\nother: \"\ufffe\"\n", "line 2, column 9", "U+FFFE")]
    public void A_control_character_is_an_error_that_names_its_place(string text, string place, string sign)
    {
        HotstackException error = MemorySources.WithClouds(text).LoadFails("lab");

        Assert.Equal("CloudConfigInvalid", error.Id);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        Assert.Contains(sign, error.Message, StringComparison.Ordinal);
        Golden.Message(error);
    }

    [Theory]
    [InlineData("\ufeffclouds: {lab: {}}\r\n")]
    [InlineData("clouds: {lab: {}}\u0085# \ud83d\ude00\ue000\u00a0\n")]
    [InlineData("clouds:\n  lab:\t{}\t\n")]
    public void Tabs_marks_and_all_other_letters_are_none(string text) =>
        Assert.Equal(["lab"], MemorySources.WithClouds(text).CloudNames());
}
