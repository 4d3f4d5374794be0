using Hotstack.Trials.Workflows;
using Xunit;

namespace Hotstack.Trials;

public sealed class JudgeTests
{
    private static readonly Thing Kept = new("image", "1", "base", "active", []);
    private static readonly Thing Made = new("image", "2f", "made", "active", ["set7"]);
    private static readonly Thing Half = Made with { Facts = "queued" };

    [Fact]
    public void Nothing_changed_and_a_clear_error_is_clean() => Assert.Equal(Ending.Clean, Of([Kept], "Glance is down."));

    [Fact]
    public void What_is_left_has_to_be_named() => Assert.Equal(Ending.Bad, Of([Kept, Half], "Glance is down."));

    [Theory]
    [InlineData("Could not be deleted: image 2f.")]
    [InlineData("Remove-HotstackSnapSet set7 tries again.")]
    public void By_its_id_or_by_what_deletes_it(string told) => Assert.Equal(Ending.Clean, Of([Kept, Half], told));

    [Fact]
    public void Who_has_done_all_must_not_say_that_it_failed() => Assert.Equal(Ending.Bad, Of([Kept, Made], "image 2f was not made"));

    [Fact]
    public void What_is_changed_has_to_be_named_too() =>
        Assert.Equal(Ending.Bad, Of([Kept with { Facts = "deactivated" }], "Glance is down."));

    [Fact]
    public void What_is_lost_is_bad_also_if_it_is_named() => Assert.Equal(Ending.Bad, Of([], "image 1 is gone"));

    [Fact]
    public void A_warning_names_as_well_as_the_error() =>
        Assert.Equal(Ending.Clean, Of(new Attempt(null, Failure("Glance is down."), ["image 2f is left"]), [Kept, Half]));

    [Fact]
    public void An_exception_that_is_not_ours_is_bad() =>
        Assert.Equal(Ending.Bad, Of(new Attempt(null, new InvalidOperationException("what?"), []), [Kept]));

    [Fact]
    public void A_cancellation_is_bad_unless_somebody_cancelled()
    {
        var attempt = new Attempt(null, new OperationCanceledException(), []);
        Assert.Equal(Ending.Bad, Of(attempt, [Kept]));
        Assert.Equal(Ending.Clean, Of(attempt, [Kept], wasCancelled: true));
    }

    [Fact]
    public void Success_is_believed_only_if_all_is_done_and_nothing_else()
    {
        Assert.Equal(Ending.Complete, Of(new Attempt("done", null, []), [Kept, Made]));
        Assert.Equal(Ending.Bad, Of(new Attempt("done", null, []), [Kept]));
        Assert.Equal(Ending.Bad, Of(new Attempt("done", null, []), [Kept, Made, Made with { Id = "3" }]));
    }

    private static Ending Of(Thing[] now, string told) => Of(new Attempt(null, Failure(told), []), now);

    private static Ending Of(Attempt attempt, Thing[] now, bool wasCancelled = false) =>
        Judge.Of(new MakesOne(), new WorldState([Kept]), new WorldState(now), attempt, wasCancelled).Ending;

    private static HotstackException Failure(string message) => new(ErrorCause.ServiceUnavailable, "ServiceUnavailable", message);

    /// <summary>It is to make one image.</summary>
    private sealed class MakesOne : Workflow
    {
        public override string Name => "one";

        public override Task SeedAsync(World world, Session session, CancellationToken stop) => Task.CompletedTask;

        public override Task<object?> RunAsync(Session session, CancellationToken stop) => Task.FromResult<object?>(null);

        public override IEnumerable<string> Wrongs(WorldState before, WorldState now, string warned) =>
            now.Since(before) is [{ Before: null, Thing.Facts: "active" }] ? [] : ["not exactly one was made"];
    }
}
