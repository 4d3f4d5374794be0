using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;
using Hotstack.SnapSets;

namespace Hotstack.Runs.Renewal;

/// <summary>Who works on a renewal, and how far it is: in Nova's metadata of one server of the temporary stack, so that every machine sees
/// it.</summary>
/// <remarks>A lease holds a quarter of an hour, and the work itself renews it: each report of the work does, at most every five minutes. A
/// run that was killed therefore blocks the next one for a quarter of an hour at most.</remarks>
internal sealed class RenewalLease : IDisposable
{
    /// <summary>How long a lease holds after its last renewal.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(15);

    /// <summary>The error id if another run has the lease.</summary>
    public const string BusyId = "RenewalBusy";

    private const string RunKey = "hotstack_renewal_run";
    private const string StageKey = "hotstack_renewal_stage";
    private const int MaxCharacters = 255;

    private static readonly TimeSpan RenewsAfter = TimeSpan.FromMinutes(5);

    /// <summary>Two runs that begin at once both see no lease: the later write counts, which shows a moment later.</summary>
    private static readonly TimeSpan Contest = TimeSpan.FromSeconds(3);

    /// <summary>For this time after it was written no other run can have the lease: it is ended without a read, which may be forbidden.</summary>
    private static readonly TimeSpan CertainFor = Lasts - TimeSpan.FromMinutes(2);

    private static readonly TimeSpan ReleasePatience = TimeSpan.FromSeconds(30);

    private readonly Cloud _cloud;
    private readonly SnapSet _set;
    private readonly string _serverId;
    private readonly string _run = Guid.NewGuid().ToString("N");
    private readonly CancellationTokenSource _lost;
    private readonly Lock _lock = new();
    private Task _renewing = Task.CompletedTask;
    private DateTimeOffset _renewedAt;

    /// <summary>When Nova took the lease last; <see cref="_renewedAt"/> is when it was tried.</summary>
    private DateTimeOffset _writtenAt;

    private RenewalLease(Cloud cloud, SnapSet set, string serverId, CancellationToken stop)
    {
        (_cloud, _set, _serverId) = (cloud, set, serverId);
        _lost = CancellationTokenSource.CreateLinkedTokenSource(stop);
    }

    /// <summary>Cancelled by the user, or when another run has taken the lease.</summary>
    public CancellationToken Stop => _lost.Token;

    /// <summary>Why another run has the lease; null while it is ours.</summary>
    public HotstackException? Loss { get; private set; }

    /// <summary>The stage that was complete when the lease was taken; empty for none.</summary>
    public string Stage { get; private set; } = "";

    /// <summary>The server that keeps it: the controller, otherwise the first.</summary>
    public static Instance KeeperOf(IReadOnlyList<Instance> servers) => servers.FirstOrDefault(server => server.IsController) ?? servers[0];

    /// <summary>The stage that earlier runs completed; empty for none.</summary>
    public static string StageOf(Server server) => server.Metadata.GetValueOrDefault(StageKey) ?? "";

    /// <exception cref="HotstackException">Another run works on it (<c>RenewalBusy</c>).</exception>
    public static void RequireFree(Server server, SnapSet set, DateTimeOffset now)
    {
        if (HolderOf(server, set.Id, now) is { } busy)
        {
            throw busy;
        }
    }

    /// <summary>The error that names the run which works on a renewal (<c>RenewalBusy</c>); null if none does.</summary>
    /// <param name="server">A server of the temporary stack.</param>
    /// <param name="setId">The set that is renewed.</param>
    /// <param name="now">The cloud's time.</param>
    public static HotstackException? HolderOf(Server server, string setId, DateTimeOffset now) => Busy(server, setId, now, run: "");

    /// <summary>Takes the lease.</summary>
    /// <exception cref="HotstackException">Another run has it (<c>RenewalBusy</c>).</exception>
    public static async Task<RenewalLease> TakeAsync(Cloud cloud, SnapSet set, Instance keeper, CancellationToken stop)
    {
        RequireFree(await cloud.Compute.GetServerAsync(keeper.Id, stop), set, cloud.Now);
        var lease = new RenewalLease(cloud, set, keeper.Id, stop);
        try
        {
            await lease.WriteAsync(stop);
            await Poll.PauseAsync(Contest, cloud.Time, stop);
            lease.Stage = StageOf(await lease.RequireAsync(stop));
            return lease;
        }
        catch (Exception)
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Reports of the work, which renew the lease.</summary>
    public IActivity Watch(IActivity activity) => new LeasedActivity(this, activity);

    /// <summary>Notes that a stage is complete.</summary>
    /// <exception cref="HotstackException">Another run has the lease (<c>RenewalBusy</c>).</exception>
    public async Task NoteAsync(string stage, CancellationToken stop)
    {
        await RequireAsync(stop);
        await _cloud.Compute.AddMetadataAsync(_serverId, new Dictionary<string, string> { [StageKey] = stage, [RunKey] = Text() }, stop);
        _renewedAt = _writtenAt = _cloud.Now;
    }

    /// <summary>Whether the lease is still ours. After a long break of this machine another run may have it.</summary>
    public async Task<bool> IsOursAsync(CancellationToken stop)
    {
        try
        {
            await RequireAsync(stop);
            return true;
        }
        catch (HotstackException e) when (e.Id == BusyId)
        {
            return false;
        }
    }

    /// <summary>Ends the lease, so that the next run need not wait. A failure is no obstacle: the lease expires.</summary>
    public async Task ReleaseAsync()
    {
        Task renewing;
        lock (_lock)
        {
            renewing = _renewing;
            _renewedAt = DateTimeOffset.MaxValue;
        }

        await renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var patience = new CancellationTokenSource(ReleasePatience);
        try
        {
            if (Loss is not null || _cloud.Now - _writtenAt > CertainFor)
            {
                await RequireAsync(patience.Token);
            }

            await _cloud.Compute.AddMetadataAsync(_serverId, new Dictionary<string, string> { [RunKey] = "" }, patience.Token);
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException)
        {
            // The server may be deleted with its stack, or another run has the lease.
        }
    }

    public void Dispose() => _lost.Dispose();

    private static HotstackException? Busy(Server server, string setId, DateTimeOffset now, string run)
    {
        string[] parts = (server.Metadata.GetValueOrDefault(RunKey) ?? "").Split(' ', 3);
        if (parts.Length < 3 || parts[0] == run
            || ClusterProperties.Time(parts[1]) is not { } at || now - at > Lasts)
        {
            return null;
        }

        return new HotstackException(
            ErrorCause.Conflict, BusyId,
            $"Another run renews SnapSet {setId}: {parts[2]}. It last renewed its lease at {TimeText.Of(at)}.")
        {
            Target = setId,
            Hint = $"Wait for that run. If it was killed, run the same command again after {TimeText.Of(at + Lasts)}: it resumes.",
        };
    }

    private string Text()
    {
        string text = $"{_run} {ClusterProperties.Text(_cloud.Now)} {Plain(Environment.UserName)} on {Plain(Environment.MachineName)}";
        return text.Length > MaxCharacters ? text[..MaxCharacters] : text;
    }

    private static string Plain(string name) => string.Concat(name.Select(sign => sign is > ' ' and <= '~' ? sign : '?'));

    /// <returns>The server.</returns>
    /// <exception cref="HotstackException">Another run has the lease (<c>RenewalBusy</c>).</exception>
    private async Task<Server> RequireAsync(CancellationToken stop)
    {
        Server server = await _cloud.Compute.GetServerAsync(_serverId, stop);
        Loss ??= Busy(server, _set.Id, _cloud.Now, _run);
        return Loss is null ? server : throw Loss;
    }

    private async Task WriteAsync(CancellationToken stop)
    {
        await _cloud.Compute.AddMetadataAsync(_serverId, new Dictionary<string, string> { [RunKey] = Text() }, stop);
        _renewedAt = _writtenAt = _cloud.Now;
    }

    private void RenewIfDue()
    {
        lock (_lock)
        {
            if (_renewing.IsCompleted && !_lost.IsCancellationRequested && _renewedAt < DateTimeOffset.MaxValue
                && _cloud.Now - _renewedAt > RenewsAfter)
            {
                _renewedAt = _cloud.Now;
                _renewing = Task.Run(RenewAsync, CancellationToken.None);
            }
        }
    }

    /// <summary>After a long break of this machine another run may have begun: then this one ends.</summary>
    private async Task RenewAsync()
    {
        try
        {
            await RequireAsync(Stop);
            await WriteAsync(Stop);
        }
        catch (HotstackException e) when (e.Id == BusyId)
        {
            await _lost.CancelAsync();
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException)
        {
            // The next report tries again; a server that is gone needs no lease.
        }
    }

    private sealed class LeasedActivity(RenewalLease lease, IActivity activity) : IActivity
    {
        public void Verbose(DisplayText message)
        {
            lease.RenewIfDue();
            activity.Verbose(message);
        }

        public void Debug(DisplayText message) => activity.Debug(message);

        public void Warning(DisplayText message)
        {
            lease.RenewIfDue();
            activity.Warning(message);
        }

        public void Progress(ProgressReport report)
        {
            lease.RenewIfDue();
            activity.Progress(report);
        }
    }
}
