using Hotstack.Input;
using Xunit;

namespace Hotstack.Surface;

public sealed class DurationTests
{
    [Theory]
    [InlineData("90", 90)]
    [InlineData("90s", 90)]
    [InlineData("20m", 1200)]
    [InlineData("20 min", 1200)]
    [InlineData("1h30m", 5400)]
    [InlineData("1H 30M", 5400)]
    [InlineData("1.5h", 5400)]
    [InlineData("7d", 604_800)]
    [InlineData("1w", 604_800)]
    [InlineData("0", 0)]
    [InlineData(" 5s ", 5)]
    [InlineData("00:20:00", 1200)]
    [InlineData("1.00:00:00", 86_400)]
    [InlineData(90, 90)]
    [InlineData(0.5, 0.5)]
    public void Reads(object written, double seconds)
    {
        Assert.True(Duration.TryRead(written, out TimeSpan duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("m")]
    [InlineData("5x")]
    [InlineData("5m1h")]
    [InlineData("5m5m")]
    [InlineData("-5")]
    [InlineData(-5)]
    [InlineData("1,5h")]
    [InlineData("1e3")]
    [InlineData("99999999999999999999d")]
    [InlineData("12:")]
    [InlineData(true)]
    [InlineData(null)]
    public void Does_not_read(object? written) => Assert.False(Duration.TryRead(written, out _));

    /// <summary>In PowerShell, <c>$age = 7d</c> is a decimal number; seven seconds would be a catastrophe for retention.</summary>
    [Fact]
    public void Does_not_read_decimal_numbers() => Assert.False(Duration.TryRead(7m, out _));
}
