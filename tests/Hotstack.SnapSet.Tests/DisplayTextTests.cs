using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hotstack.Clusters;
using Hotstack.OpenShift.Objects;
using Xunit;

namespace Hotstack;

/// <summary>A name is never terminal text.</summary>
public sealed partial class DisplayTextTests
{
    [Theory]
    [InlineData("\u001b]0;title\a", "`u{1b}]0;title`u{7}")] // a window's title
    [InlineData("\u001b[2J", "`u{1b}[2J")] // a cleared screen
    [InlineData("\u009b2J", "`u{9b}2J")] // the same in C1
    [InlineData("a\r\nWARNING: b", "a`u{d}`u{a}WARNING: b")]
    [InlineData("a\tb\bc\u007f\0", "a`u{9}b`u{8}c`u{7f}`u{0}")]
    [InlineData("a\u0085b\u2028c\u2029d", "a`u{85}b`u{2028}c`u{2029}d")]
    [InlineData("\u202Egpj.exe\u202C", "`u{202e}gpj.exe`u{202c}")]
    [InlineData("\u061C\u200E\u200F\u2066\u2069", "`u{61c}`u{200e}`u{200f}`u{2066}`u{2069}")]
    [InlineData("mas\u200Bter\u00AD0\uFEFF\u2060", "mas`u{200b}ter`u{ad}0`u{feff}`u{2060}")]
    [InlineData("a\u034F\u115F\u3164\uFE0F", "a`u{34f}`u{115f}`u{3164}`u{fe0f}")] // joiner, fillers, variation selector
    [InlineData("a\U000E0041\U000E0100", "a`u{e0041}`u{e0100}")] // a tag, a variation selector
    public void What_acts_or_hides_is_written_out(string name, string shown) => Assert.Equal(shown, DisplayText.Of(name));

    [Theory]
    [InlineData("")]
    [InlineData("mp65jst2")]
    [InlineData("it's a `name`: C:\\new\\u{1b} *?[a]")]
    [InlineData("Ünïcode, e\u0301, 日本, العربية, 🚀, ’‘")]
    public void What_is_seen_stays_as_it_is(string name) => Assert.Equal(name, DisplayText.Of(name));

    [Fact]
    public void Half_a_character_is_written_out() => Assert.Equal("a`u{d800}b`u{dc00}", DisplayText.Of("a\uD800b\uDC00"));

    [Fact]
    public void No_character_of_Unicode_that_acts_or_hides_is_left()
    {
        var all = new StringBuilder();
        for (int value = 0; value <= 0x10FFFF; value++)
        {
            all.Append(Rune.IsValid(value) ? new Rune(value).ToString() : "\uD800-");
        }

        string shown = DisplayText.Of(all.ToString());

        Assert.Contains("`u{1b}", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(shown.EnumerateRunes(),
            rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
    }

    [Fact]
    public void What_is_written_out_already_stays() =>
        Assert.Equal(DisplayText.Of("a\u001b\n"), DisplayText.Of(DisplayText.Of("a\u001b\n")));

    /// <summary>In double quotes PowerShell reads the form as the character.</summary>
    [Fact]
    public void The_form_names_the_same_character_again() => Assert.Equal(
        "x\u001b\U000E0041\u202E", Form()
            .Replace(DisplayText.Of("x\u001b\U000E0041\u202E"), m => char.ConvertFromUtf32(Convert.ToInt32(m.Groups[1].Value, 16))));

    [Fact]
    public void Only_our_own_line_breaks_break_a_line() =>
        Assert.Equal($"Create it{Environment.NewLine}  image a`u{{a}}WARNING: b",
            DisplayText.Lines(["Create it", "  image a\nWARNING: b"]));

    /// <summary>Operators and services write several lines.</summary>
    [Fact]
    public void Prose_of_others_is_one_line_without_marks() =>
        Assert.Equal("A: all is well B: `u{1b}[2J", DisplayText.OfProse(" A: all is well\r\n\tB: \u001b[2J\n"));

    [Fact]
    public void A_condition_of_several_lines_is_told_in_one() =>
        Assert.Equal("Why: first second `u{202e}",
            new Condition("Degraded", "True") { Reason = "Why", Message = "first\nsecond \u202e" }.Why());

    /// <summary>A Cyrillic letter in a node's name.</summary>
    [Fact]
    public void Where_only_ASCII_belongs_all_else_is_written_out() =>
        Assert.Equal("m`u{430}ster0`u{1f680}", AsciiText.Of("m\u0430ster0🚀"));

    [Fact]
    public void An_error_is_shown_with_its_hint_and_target()
    {
        var failure = new HotstackException(ErrorCause.NotFound, "X", "There is no \u001b[2J.\nWARNING: b") { Hint = "Look at \u202e.",
            Target = "\u001b[2J" };

        Assert.Equal("There is no `u{1b}[2J.`u{a}WARNING: b", failure.Message);
        Assert.Equal(failure.Message, failure.Text);
        Assert.Equal(("Look at `u{202e}.", "`u{1b}[2J"), (failure.Hint, failure.Target));
        Assert.Equal(TimeSpan.Zero, new HotstackException(ErrorCause.TimedOut, "X", "") { Target = TimeSpan.Zero }.Target);
    }

    [Fact]
    public void Violations_are_lines_that_none_of_them_can_make()
    {
        var failure = new ViolationsException("X", "a\nb", ["c\n  2. forged", "d"]);

        Assert.Equal($"a`u{{a}}b: 2 problems:{Environment.NewLine}  1. c`u{{a}}  2. forged{Environment.NewLine}  2. d", failure.Text);
        Assert.Equal("a`u{a}b", failure.Target);
        Assert.Equal("c\n  2. forged", failure.Violations[0]);
    }

    [Fact]
    public void Progress_is_shown_however_it_is_made()
    {
        ProgressReport report = new ProgressReport("Creating \u001b", "1 of \u202e") { PartOf = "\n" } with { Percent = 1 };

        Assert.Equal(("Creating `u{1b}", "1 of `u{202e}", "`u{a}"), (report.Work, report.Status, report.PartOf));
        Assert.Equal("`u{7}", (report with { Work = "\a" }).Work);
        Assert.Equal("`u{7}", (report with { Status = "\a" }).Status);
    }

    [GeneratedRegex(@"`u\{([0-9a-f]+)\}")]
    private static partial Regex Form();
}
