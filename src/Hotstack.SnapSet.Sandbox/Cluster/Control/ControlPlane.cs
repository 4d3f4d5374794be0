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
internal sealed class ControlPlane(ClusterClock clock, IReadOnlyList<ClusterNode> nodes, Server controller, DateTimeOffset since)
{
    private int _run;
    private bool _hasQuorum = true;
    private DateTimeOffset _outageUntil;

    /// <summary>Raised when a majority of the masters is lost or regained: in both cases the API goes down first.</summary>
    public event Action? QuorumChanged;

    /// <summary>Raised when the API is ready; true after a boot, false after a restart.</summary>
    public event Action<bool>? BecameReady;

    /// <summary>The server with the load balancer: the first one, or one made from a snapshot of it.</summary>
    public Server Controller { get; set; } = controller;

    /// <summary>The id of the server that was installed as controller.</summary>
    public string ControllerOrigin { get; } = controller.Id;

    public IEnumerable<ClusterNode> Masters => nodes.Where(n => n.IsMaster);

    public ApiState State { get; private set; } = ApiState.Ready;

    /// <summary>When the API became ready after the last boot.</summary>
    public DateTimeOffset ReadySince { get; private set; } = since;

    public DateTimeOffset QuorumSince { get; private set; } = since;

    public bool IsReady => State == ApiState.Ready;

    /// <summary>Whether anything answers on the API's port.</summary>
    public bool IsReachable => State != ApiState.Down && Controller.IsOn && clock.Now >= _outageUntil;

    /// <summary>Cuts off the load balancer for a while; the cluster behind it continues.</summary>
    public void CutOff(TimeSpan duration) => _outageUntil = clock.Now + duration;

    /// <summary>Takes the API down and starts it again, as when its pods are replaced.</summary>
    public void Restart()
    {
        if (State != ApiState.Down)
        {
            var run = ++_run;
            State = ApiState.Down;
            clock.After(clock.Durations.ApiRestart, () => Start(run, booted: false));
        }
    }

    /// <summary>Stops or boots the API if a majority of the masters was lost or regained.</summary>
    public void CheckQuorum()
    {
        var hasQuorum = Masters.Count(m => m.Server.IsOn && !m.IsGoingDown) > Masters.Count() / 2;
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
            QuorumSince = clock.Now;
            clock.After(clock.Durations.ApiBoot, () => Start(run, booted: true));
        }
    }

    private void Start(int run, bool booted)
    {
        if (_run != run)
        {
            return;
        }

        State = ApiState.Starting;
        clock.After(clock.Durations.ApiStarting, () =>
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
            ReadySince = clock.Now;
        }

        BecameReady?.Invoke(booted);
    }
}
