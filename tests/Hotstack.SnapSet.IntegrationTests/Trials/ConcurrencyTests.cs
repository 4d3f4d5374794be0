using Hotstack.Trials.Concurrency;
using Hotstack.Trials.Workflows;
using Xunit;

namespace Hotstack.Trials;

/// <summary>Two runs at once, held up at one moment each; the trial program goes through all of them.</summary>
public sealed class ConcurrencyTests
{
    private const int Seed = 1;

    [Theory]
    [InlineData("create beside create of the same stack")]
    [InlineData("resume beside remove of the same set")]
    [InlineData("import beside import of the same set")]
    [InlineData("restore beside restore to the same name")]
    public async Task Nobody_spoils_anothers_work(string name)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        Duel duel = ConcurrencyCommand.All.Single(d => d.Name == name);
        IReadOnlyList<CallPoint> points = await duel.PointsAsync(stop);
        CallPoint point = points[new Random(Seed).Next(points.Count)];

        DuelResult result = await duel.RunAsync(point, stop);

        Assert.False(result.IsBad, $"{result}");
    }
}
