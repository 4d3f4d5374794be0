using System.Diagnostics;
using System.Text.RegularExpressions;
using Hotstack.Trials.Kills;
using Hotstack.Trials.Workflows;
using Xunit;

namespace Hotstack.Trials;

/// <summary>The connection to the controller is lost at one moment; the trial program goes through all moments.</summary>
public sealed partial class DropTests
{
    /// <summary>The worst moment: nodes are armed.</summary>
    [Theory]
    [InlineData("suspend-behind", "GET /api/v1/namespaces/hotstack-snapset-*/pods/arm-*", false, "completed")]
    [InlineData("suspend-behind", "GET /api/v1/namespaces/hotstack-snapset-*/pods/arm-*", true, "repeated")]
    public async Task A_lost_connection_is_made_again_and_without_it_the_same_command_completes_later(
        string name, string call, bool isForGood, string word)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the sandbox's controllers need a Unix");
        CancellationToken stop = TestContext.Current.CancellationToken;
        var interruption = new Interruption(Workflow.All.Single(w => w.Name == name), Means.Drop, seed: 1);
        IReadOnlyList<CallPoint> points = await interruption.PointsAsync(stop);
        // At an even number it is lost for good.
        int number = points.Select((point, i) => (Point: point, Number: i + 1))
            // How often a state is polled depends on the machine, so of reads only the first two.
            .Last(p => (p.Point.Nth <= 2 || !call.StartsWith("GET ", StringComparison.Ordinal)) && p.Number % 2 == 0 == isForGood
                && WithoutRun().Replace(p.Point.Kind, "arm-").EndsWith(call, StringComparison.Ordinal)).Number;

        Aftermath aftermath = await interruption.RunAsync(number, points[number - 1], stop);

        Assert.True(aftermath.WasReached);
        Assert.True(
            aftermath.Word == word,
            $"{aftermath.Name}, at {aftermath.Point}: {aftermath.Word}\n{string.Join("\n", aftermath.Problems)}");
    }

    [GeneratedRegex(@"arm-\d+-")]
    private static partial Regex WithoutRun();

    /// <summary>The judge is not blind.</summary>
    [Fact]
    public async Task A_run_that_leaves_a_process_of_ssh_is_bad()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the sandbox's controllers need a Unix");
        CancellationToken stop = TestContext.Current.CancellationToken;
        Workflow suspend = Workflow.All.Single(w => w.Name == "suspend-behind");
        await using World world = await World.SeedAsync(suspend, 1, stop);
        WorldState before = world.Look();
        string[] arguments = ["-T", "-D", "/nowhere/s", "-l", "zuul", "--", "203.0.113.17", "cat"];
        var start = new ProcessStartInfo(world.Controller.Route.Program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardError = true,
        };
        using Process ssh = Process.Start(start)!;
        while (world.Controller.Runs.Count == 0)
        {
            await Task.Delay(10, stop);
        }

        var attempt = new Attempt(null, new OperationCanceledException(), []);
        Verdict verdict = Judge.Of(suspend, before, world.Look(), attempt, wasCancelled: true);
        ssh.Kill();

        Assert.Equal(Ending.Bad, verdict.Ending);
        Assert.Contains(verdict.Problems, problem => problem.Contains("ssh /nowhere", StringComparison.Ordinal));
    }
}
