using Hotstack.Trials.Kills;
using Hotstack.Trials.Workflows;
using Xunit;

namespace Hotstack.Trials;

/// <summary>A workflow is stopped by its user at one moment, and done again; the trial program goes through all of them, and
/// kills the process too.</summary>
public sealed class CancelTests
{
    [Theory]
    [InlineData("create")]
    [InlineData("import")]
    [InlineData("restore")]
    public async Task A_stopped_run_takes_back_or_names_what_it_did_and_the_same_command_again_completes(string name)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        var interruption = new Interruption(Workflow.All.Single(w => w.Name == name), Means.Cancel, seed: 1);
        IReadOnlyList<CallPoint> points = await interruption.PointsAsync(stop);
        int number = new Random(1).Next(points.Count) + 1;

        Aftermath aftermath = await interruption.RunAsync(number, points[number - 1], stop);

        Assert.False(aftermath.IsBad, $"{aftermath.Name}, at {aftermath.Point}: {string.Join("\n", aftermath.Problems)}");
    }

    /// <summary>The judge is not blind: what a removal leaves is no complete removal, and what it does not name is found.</summary>
    [Fact]
    public async Task A_run_that_leaves_something_and_says_nothing_is_bad()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        Workflow remove = Workflow.All.Single(w => w.Name == "remove");
        await using World world = await World.SeedAsync(remove, 1, stop);
        WorldState before = world.Look();
        string image = before.All("image").First(i => i.PartOf.Contains(world.Notes["set"])).Id;
        world.Sandbox.Cloud.DeleteImage(image);

        Verdict silent = Judge.Of(remove, before, world.Look(), new Attempt(null, new OperationCanceledException(), []),
            wasCancelled: true);
        Verdict lying = Judge.Of(remove, before, world.Look(), new Attempt("done", null, []));

        Assert.Equal((Ending.Bad, Ending.Bad), (silent.Ending, lying.Ending));
    }
}
