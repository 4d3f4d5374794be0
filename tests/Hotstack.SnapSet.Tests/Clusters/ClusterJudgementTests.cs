using Xunit;

namespace Hotstack.Clusters;

public sealed class ClusterJudgementTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Checks by the first letter of their result, with the hour at which they should pass.</summary>
    [Theory]
    [InlineData("", ClusterVerdict.Safe, null)]
    [InlineData("P S W", ClusterVerdict.Safe, null)]
    [InlineData("P U", ClusterVerdict.Unknown, null)]
    [InlineData("F1 F3 P", ClusterVerdict.NotYet, 3)]
    [InlineData("F1 F P", ClusterVerdict.NotYet, null)]
    [InlineData("F1 U", ClusterVerdict.NotYet, null)]
    [InlineData("U F", ClusterVerdict.NotYet, null)]
    public void A_failure_outweighs_what_is_unknown_and_both_all_else(string checks, ClusterVerdict verdict, int? hours)
    {
        ClusterCheck[] list = [.. checks.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Check)];

        ClusterJudgement judgement = ClusterJudgement.Of(list);

        Assert.Equal(verdict, judgement.Verdict);
        Assert.Equal(hours is { } h ? Noon.AddHours(h) : null, judgement.Eta);
        Assert.Equal(list.Where(c => c.Message[0] is 'F' or 'U').Select(c => c.Message).OrderBy(m => m[0]), judgement.Reasons);
    }

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(119, "119 s")]
    [InlineData(120, "2 min")]
    [InlineData(3600, "1 h")]
    [InlineData(25 * 3600, "25 h")]
    [InlineData((47 * 3600) + 120, "47 h 2 min")]
    [InlineData(7 * 86400, "7 d")]
    [InlineData((6 * 86400) + (3 * 3600) + 59, "6 d 3 h")]
    [InlineData(-300, "-5 min")]
    public void Durations_by_their_greatest_units(int seconds, string expected) => Assert.Equal(expected, TimeText.Of(TimeSpan.FromSeconds(seconds)));

    private static ClusterCheck Check(string text)
    {
        ClusterCheckResult result = Enum.GetValues<ClusterCheckResult>().Single(r => $"{r}"[0] == text[0]);
        return new("Check", result, text) { Eta = text.Length > 1 ? Noon.AddHours(text[1] - '0') : null };
    }
}
