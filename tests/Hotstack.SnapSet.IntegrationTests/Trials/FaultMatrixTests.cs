using Hotstack.Trials.Faults;
using Hotstack.Trials.Workflows;
using Xunit;

namespace Hotstack.Trials;

/// <summary>A cell of the matrix for some workflows; the trials run it whole (docs/trials.md).</summary>
public sealed class FaultMatrixTests
{
    private const int Seed = 1;

    [Theory]
    [InlineData("create")]
    [InlineData("export")]
    [InlineData("remove")]
    [InlineData("restore")]
    [InlineData("suspend")]
    public async Task With_a_fault_a_workflow_ends_complete_or_clean(string name)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        Workflow workflow = Workflow.All.Single(w => w.Name == name);
        // Those that hang take real time.
        Trouble[] troubles = [.. Trouble.All.Where(t => !t.Hangs)];
        var matrix = new FaultMatrix(Seed);
        IReadOnlyList<Cell> cells = await matrix.CellsAsync([workflow], troubles, stop);

        CellResult result = Assert.Single(await matrix.RunAsync([cells[0]], atOnce: 1, _ => { }, Sample.Whole, stop));

        Assert.True(result.Verdict.Ending != Ending.Bad, $"{result.Cell.Command}\n{string.Join("\n", result.Verdict.Problems)}");
    }

    [Fact]
    public async Task A_product_that_does_not_tidy_up_is_bad()
    {
        var cell = new Cell(new UntidyWorkflow(), new Step(new CallShape("GET", "/nowhere"), 1), Trouble.All[0], Seed);

        CellResult result = await cell.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Ending.Bad, result.Verdict.Ending);
        Assert.Contains(result.Verdict.Problems, p => p.StartsWith("left and not named: image ", StringComparison.Ordinal));
    }

    /// <summary>Orders an image, and fails without a word about it.</summary>
    private sealed class UntidyWorkflow : Workflow
    {
        public override string Name => "untidy";

        public override Task SeedAsync(World world, Session session, CancellationToken stop)
        {
            world.Notes["server"] = world.Sandbox.Cloud.Server("master0").Id;
            return Task.CompletedTask;
        }

        public override async Task<object?> RunAsync(Session session, CancellationToken stop)
        {
            await session.Cloud.Compute.CreateImageAsync(session.Notes["server"], "left", new Dictionary<string, string>(), stop);
            throw new HotstackException(ErrorCause.OperationFailed, "SnapshotFailed", "It failed. It left nothing behind.");
        }

        public override IEnumerable<string> Wrongs(WorldState before, WorldState now, string warned) => ["it is never done"];
    }
}
