using Hotstack.Input;
using Hotstack.Suggestions;
using Xunit;

namespace Hotstack.Completion;

public sealed class DurationSuggestionsTests
{
    [Fact]
    public void A_parameter_has_durations_that_suit_it()
    {
        Assert.Equal(
            "1d = 1 day|3d = 3 days|7d = 7 days (default)|14d = 14 days|30d = 30 days", Of("ExpiringWithin", "", TimeSpan.FromDays(7)));
        Assert.Contains("1h30m = 1 hour 30 minutes|", Of("ReviveTimeout", ""), StringComparison.Ordinal);
        Assert.StartsWith("1s = 1 second|2s = 2 seconds|", Of("pollinterval", ""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_gets_each_unit() =>
        Assert.EndsWith("|45s = 45 seconds|45m = 45 minutes|45h = 1 day 21 hours|45d = 45 days", Of("Timeout", "45"), StringComparison.Ordinal);

    [Theory]
    [InlineData("4000")]
    [InlineData("99999999999999999999999999")]
    public void What_is_too_long_for_a_duration_is_not_proposed(string number) =>
        Assert.DoesNotContain($"{number}d", Of("Timeout", number), StringComparison.Ordinal);

    [Fact]
    public void Each_is_a_duration_that_its_parameter_takes() => Assert.All(
        ["PollInterval", "ShutdownDelay", "DrainTimeout", "SettleTime", "StableFor", "MinimumValidity", "ExpiringWithin", "OlderThan",
            "RotationTimeout", "Timeout"],
        parameter => Assert.All(DurationSuggestions.For(parameter, "", null), one => Assert.NotNull(DurationAttribute.Read(one.Text))));

    [Theory]
    [InlineData(0, "0 seconds")]
    [InlineData(0.5, "0.5 seconds")]
    [InlineData(90061, "1 day 1 hour 1 minute 1 second")]
    public void Words(double seconds, string words) => Assert.Equal(words, DurationSuggestions.InWords(TimeSpan.FromSeconds(seconds)));

    private static string Of(string parameter, string typed, TimeSpan? @default = null) => string.Join(
        '|', DurationSuggestions.For(parameter, typed, @default).Select((Suggestion one) => $"{one.Text} = {one.Description}"));
}
