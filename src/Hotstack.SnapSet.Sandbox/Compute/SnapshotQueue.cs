namespace Hotstack.Sandbox.Compute;

/// <summary>A compute host takes so many snapshots at once; the others wait for their turn.</summary>
internal sealed class SnapshotQueue(int perHost)
{
    private readonly Dictionary<string, int> running = [];
    private readonly Dictionary<string, Queue<Action>> waiting = [];

    public void Enter(string host, Action turn)
    {
        if (running.GetValueOrDefault(host) < perHost)
        {
            running[host] = running.GetValueOrDefault(host) + 1;
            turn();
            return;
        }

        if (!waiting.TryGetValue(host, out var queue))
        {
            waiting[host] = queue = new Queue<Action>();
        }

        queue.Enqueue(turn);
    }

    public void Leave(string host)
    {
        if (waiting.TryGetValue(host, out var queue) && queue.TryDequeue(out var turn))
        {
            turn();
        }
        else
        {
            running[host]--;
        }
    }
}
