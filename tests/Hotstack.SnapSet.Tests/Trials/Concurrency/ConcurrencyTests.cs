using Xunit;

namespace Hotstack.Trials.Concurrency;

/// <summary>Two runs at once. These are few of the moments; the trial program goes through all of them.</summary>
public sealed class ConcurrencyTests
{
    private static readonly Duel[] All = [.. SetDuels.All, .. MoveDuels.All, .. ClusterDuels.All];

    public static TheoryData<string> Names => [.. All.Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Nobody_spoils_anothers_work(string name)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        Duel duel = All.Single(d => d.Name == name);
        int most = Environment.GetEnvironmentVariable("HOTSTACK_TRIALS") == "all" ? int.MaxValue : 2;
        IReadOnlyList<CallPoint> points = await duel.PointsAsync(stop);
        var results = new List<DuelResult>();
        foreach (CallPoint point in points.Count <= most ? points : [.. Random.Shared.GetItems([.. points], most)])
        {
            results.Add(await duel.RunAsync(point, stop));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join("\n", results));
        foreach (string told in results.SelectMany(r => new[] { r.First, r.Second }).Where(o => !o.IsDone).Select(o => $"{o.Word}: {o.Failure!.Message}").Distinct())
        {
            TestContext.Current.TestOutputHelper?.WriteLine(told);
        }

        Assert.DoesNotContain(results, r => r.IsBad);
    }
}
