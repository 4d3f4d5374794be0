using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Compute;

namespace Hotstack.Sandbox.Cluster.Control;

internal enum ApiState
{
    Down,
    Starting,
    Ready,
}

/// <summary>
/// The API servers and etcd on the masters, and the load balancer on the controller. The API needs a majority of the masters; after a
/// boot or a restart it is down, then starting, then ready.
/// </summary>
internal sealed class ControlPlane
{
    private readonly ClusterClock _clock;
    private readonly IReadOnlyList<ClusterNode> _nodes;
    private int _run;
    private bool _hasQuorum;
    private DateTimeOffset _outageUntil;

    /// <summary>It runs from the start.</summary>
    public ControlPlane(ClusterClock clock, IReadOnlyList<ClusterNode> nodes, Server controller, DateTimeOffset since)
        : this(clock, nodes, controller.Id) =>
        (Controller, State, _hasQuorum, ReadySince, QuorumSince) = (controller, ApiState.Ready, true, since, since);

    /// <summary>It waits for its servers.</summary>
    public ControlPlane(ClusterClock clock, IReadOnlyList<ClusterNode> nodes, string controllerOrigin) =>
        (_clock, _nodes, ControllerOrigin) = (clock, nodes, controllerOrigin);

    /// <summary>Raised when a majority of the masters is lost or regained: in both cases the API goes down first.</summary>
    public event Action? QuorumChanged;

    /// <summary>Raised when the API is ready; true after a boot, false after a restart.</summary>
    public event Action<bool>? BecameReady;

    /// <summary>The server with the load balancer: the first one, or one made from a snapshot of it; null if there is none.</summary>
    public Server? Controller { get; set; }

    /// <summary>The id of the server that was installed as controller.</summary>
    public string ControllerOrigin { get; }

    public IEnumerable<ClusterNode> Masters => _nodes.Where(n => n.IsMaster);

    public ApiState State { get; private set; }

    /// <summary>When the API became ready after the last boot.</summary>
    public DateTimeOffset ReadySince { get; private set; }

    public DateTimeOffset QuorumSince { get; private set; }

    public bool IsReady => State == ApiState.Ready;

    /// <summary>Whether anything answers on the API's port.</summary>
    public bool IsReachable => State != ApiState.Down && Controller is { IsOn: true } && _clock.Now >= _outageUntil;

    /// <summary>Cuts off the load balancer for a while; the cluster behind it continues.</summary>
    public void CutOff(TimeSpan duration) => _outageUntil = _clock.Now + duration;

    /// <summary>Takes the API down and starts it again, as when its pods are replaced.</summary>
    public void Restart()
    {
        if (State != ApiState.Down)
        {
            var run = ++_run;
            State = ApiState.Down;
            _clock.After(_clock.Durations.ApiRestart, () => Start(run, booted: false));
        }
    }

    /// <summary>Stops or boots the API if a majority of the masters was lost or regained.</summary>
    public void CheckQuorum()
    {
        var hasQuorum = Masters.Count(m => m.IsOn && !m.IsGoingDown) > Masters.Count() / 2;
        if (hasQuorum == _hasQuorum)
        {
            return;
        }

        _hasQuorum = hasQuorum;
        var run = ++_run;
        State = ApiState.Down;
        QuorumChanged?.Invoke();
        if (hasQuorum)
        {
            QuorumSince = _clock.Now;
            _clock.After(_clock.Durations.ApiBoot, () => Start(run, booted: true));
        }
    }

    private void Start(int run, bool booted)
    {
        if (_run != run)
        {
            return;
        }

        State = ApiState.Starting;
        _clock.After(_clock.Durations.ApiStarting, () =>
        {
            if (_run == run)
            {
                Serve(booted);
            }
        });
    }

    private void Serve(bool booted)
    {
        State = ApiState.Ready;
        if (booted)
        {
            ReadySince = _clock.Now;
        }

        BecameReady?.Invoke(booted);
    }
}
