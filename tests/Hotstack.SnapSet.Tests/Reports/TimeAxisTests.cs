using Xunit;

namespace Hotstack.Reports;

public sealed class TimeAxisTests
{
    private static readonly DateTimeOffset Now = ReportSamples.Now;

    [Fact]
    public void Positions_are_percent_of_its_length()
    {
        TimeAxis axis = TimeAxis.Exactly(Now, Now.AddDays(10));

        Assert.Equal([0, 25, 100], [axis.At(Now), axis.At(Now.AddDays(2.5)), axis.At(Now.AddDays(10))]);
        Assert.Equal([0, 100], [axis.At(DateTimeOffset.MinValue), axis.At(DateTimeOffset.MaxValue)]);
    }

    [Fact]
    public void One_without_length_has_positions_too() => Assert.Equal(0, TimeAxis.Exactly(Now, Now).At(Now));

    [Fact]
    public void Today_is_on_it_wherever_the_moments_are()
    {
        foreach (DateTimeOffset?[] moments in (DateTimeOffset?[][])[[], [null], [Now.AddYears(-1)], [Now.AddDays(1)],
            [DateTimeOffset.MinValue, DateTimeOffset.MaxValue]])
        {
            TimeAxis axis = TimeAxis.Of(Now, moments);

            Assert.InRange(axis.At(Now), 0.1, 99.9);
            Assert.All(moments.OfType<DateTimeOffset>(), moment => Assert.InRange(axis.At(moment), 0, 100));
        }
    }

    [Fact]
    public void A_date_of_nonsense_does_not_squeeze_the_others()
    {
        TimeAxis axis = TimeAxis.Of(Now, [Now.AddDays(30), DateTimeOffset.MaxValue]);

        Assert.InRange(axis.To, Now.AddYears(2), Now.AddYears(2).AddDays(60));
        Assert.InRange(axis.At(Now.AddDays(30)) - axis.At(Now), 3, 10);
    }

    [Theory]
    [InlineData(0.1, "11-30 13:00")]
    [InlineData(3, "12-01")]
    [InlineData(15, "12-01")]
    [InlineData(320, "2027-01")]
    [InlineData(1400, "2027-01")]
    public void Ticks_are_few_round_and_on_it(double days, string label)
    {
        TimeAxis axis = TimeAxis.Exactly(Now, Now.AddDays(days));
        IReadOnlyList<(DateTimeOffset At, string Label)> ticks = axis.Ticks();

        Assert.InRange(ticks.Count, 1, 6);
        Assert.All(ticks, tick => Assert.InRange(tick.At, axis.From, axis.To));
        Assert.Equal(ticks.Select(tick => tick.At).Order(), ticks.Select(tick => tick.At));
        Assert.Equal(label, ticks[0].Label);
    }
}
