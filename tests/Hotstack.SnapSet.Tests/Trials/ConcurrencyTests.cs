using Hotstack.Trials.Concurrency;
using Hotstack.Trials.Workflows;
using Xunit;

namespace Hotstack.Trials;

/// <summary>Two runs at once, held up at one moment each; the trial program goes through all of them.</summary>
public sealed class ConcurrencyTests
{
    public static TheoryData<string> Names => [.. ConcurrencyCommand.All.Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Nobody_spoils_anothers_work(string name)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        Duel duel = ConcurrencyCommand.All.Single(d => d.Name == name);
        IReadOnlyList<CallPoint> points = await duel.PointsAsync(stop);
        CallPoint point = points[Random.Shared.Next(points.Count)];

        DuelResult result = await duel.RunAsync(point, stop);

        Assert.False(result.IsBad, $"{result}");
    }
}
