namespace Hotstack.Sandbox.Compute;

/// <summary>A compute host takes so many snapshots at once; the others wait for their turn.</summary>
internal sealed class SnapshotQueue(int perHost)
{
    private readonly Dictionary<string, int> _running = [];
    private readonly Dictionary<string, Queue<Action>> _waiting = [];

    public void Enter(string host, Action turn)
    {
        if (_running.GetValueOrDefault(host) < perHost)
        {
            _running[host] = _running.GetValueOrDefault(host) + 1;
            turn();
            return;
        }

        if (!_waiting.TryGetValue(host, out var queue))
        {
            _waiting[host] = queue = new Queue<Action>();
        }

        queue.Enqueue(turn);
    }

    public void Leave(string host)
    {
        if (_waiting.TryGetValue(host, out var queue) && queue.TryDequeue(out var turn))
        {
            turn();
        }
        else
        {
            _running[host]--;
        }
    }
}
