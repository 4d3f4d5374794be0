using Xunit;

namespace Hotstack.Clusters.Assess;

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
    public void A_failure_outweighs_what_is_unknown_and_both_all_else(string checks, string verdict, int? hours)
    {
        ClusterCheck[] list = [.. checks.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Check)];

        ClusterJudgement judgement = ClusterJudgement.Of(list);

        Assert.Equal(verdict, judgement.Verdict);
        Assert.Equal(hours is { } h ? Noon.AddHours(h) : null, judgement.Eta);
        Assert.Equal(list.Where(c => c.Message[0] is 'F' or 'U').Select(c => c.Message).OrderBy(m => m[0]), judgement.Reasons);
    }

    private static ClusterCheck Check(string text)
    {
        string result = ClusterCheckResult.WorstFirst.Single(word => word[0] == text[0]);
        return new("Check", result, text) { Eta = text.Length > 1 ? Noon.AddHours(text[1] - '0') : null };
    }
}
