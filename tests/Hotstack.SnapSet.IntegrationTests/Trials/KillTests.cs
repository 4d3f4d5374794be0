using Hotstack.Trials.Kills;
using Hotstack.Trials.Workflows;
using Xunit;

namespace Hotstack.Trials;

/// <summary>The process of a workflow is killed at one moment, and the same command is given again; the trial program goes through all
/// moments.</summary>
public sealed class KillTests
{
    /// <summary>The worst moment of each: most is begun, and nobody was told of it.</summary>
    [Theory]
    [InlineData("create", "POST /volume/v3/*/snapshots", false)]
    [InlineData("suspend", "POST /api/v1/namespaces/hotstack-snapset-*/pods", true)]
    public async Task What_a_killed_run_leaves_the_same_command_completes_or_cleans_up(string name, string call, bool comesBackLate)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        var interruption = new Interruption(Workflow.All.Single(w => w.Name == name), Means.Kill, seed: 1);
        IReadOnlyList<CallPoint> points = await interruption.PointsAsync(stop);
        // Whoever interrupts at an even number comes back much later.
        int number = points.Select((point, i) => (Point: point, Number: i + 1))
            .Last(p => p.Point.Kind.EndsWith(call, StringComparison.Ordinal) && p.Number % 2 == 0 == comesBackLate).Number;

        Aftermath aftermath = await interruption.RunAsync(number, points[number - 1], stop);

        Assert.True(aftermath.WasReached);
        Assert.False(aftermath.IsBad, $"{aftermath.Name}, at {aftermath.Point}: {string.Join("\n", aftermath.Problems)}");
    }
}
