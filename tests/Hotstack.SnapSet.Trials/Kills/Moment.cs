using Hotstack.Sandbox;
using Hotstack.Trials.Workflows;

namespace Hotstack.Trials.Kills;

/// <summary>Waits at a sandbox's gate for one moment of a run, and does something then, once.</summary>
internal sealed class Moment
{
    private readonly CallPoint _point;
    private readonly Func<Task> _action;
    private int _seen;
    private int _isDone;

    private Moment(CallPoint point, Func<Task> action)
    {
        _point = point;
        _action = action;
    }

    /// <summary>The moment came.</summary>
    public bool WasReached => Volatile.Read(ref _isDone) != 0;

    public static Moment Await(World world, CallPoint point, Func<Task> action)
    {
        var moment = new Moment(point, action);
        world.Sandbox.Gate.Keeper = moment.PassAsync;
        return moment;
    }

    private Task PassAsync(Call call, CallMoment moment) =>
        moment == _point.Moment && CallPoint.KindOf(call) == _point.Kind && Interlocked.Increment(ref _seen) == _point.Nth
            && Interlocked.Exchange(ref _isDone, 1) == 0
            ? _action()
            : Task.CompletedTask;
}
