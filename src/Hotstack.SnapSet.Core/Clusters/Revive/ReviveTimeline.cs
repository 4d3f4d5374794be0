using Hotstack.Clusters.CertificateRequests;

namespace Hotstack.Clusters.Revive;

/// <summary>The steps of a revival, with their results and times.</summary>
internal sealed class ReviveTimeline(Revival revival, RequestApproval approval)
{
    private const string Resume = " Run the same command again to resume.";

    private readonly StepLog _steps = new(revival.Work, revival.Activity, revival.Cluster.Time);
    private readonly DateTimeOffset _began = revival.Cluster.Time.GetUtcNow();

    /// <summary>From the first step until now.</summary>
    public TimeSpan Duration => revival.Cluster.Time.GetUtcNow() - _began;

    /// <summary>Warns that the user stopped the run.</summary>
    public void WarnOfStop() =>
        revival.Activity.Warning($"The revival of cluster '{revival.Cluster.Name}' was stopped. {Reached()}{Resume}");

    /// <summary>Runs a step and records its result. Its failure reports the steps before it.</summary>
    public async Task StepAsync(string step, Func<CancellationToken, Task<string>> work, CancellationToken stop)
    {
        revival.Activity.AtMost(revival.Deadline.Left, revival.Cluster.Time).Progress(new(revival.Work, step));
        try
        {
            await _steps.StepAsync(step, () => work(stop), result => result);
        }
        catch (HotstackException e)
        {
            throw WithProgress(e);
        }
    }

    /// <summary>A failure, with its possible causes and what was reached.</summary>
    public HotstackException WithProgress(HotstackException failure)
    {
        string refusal = approval.Refusal is { } reason
            ? " Kubelets' signing requests could not be approved, which needs the permissions to "
                + "update certificatesigningrequests/approval and to "
                + $"approve for the signers {CsrRules.ClientSigner} and {CsrRules.ServingSigner}: {reason.TrimEnd('.')}."
            : "";
        string time = revival.Deadline.Left == TimeSpan.Zero ? $" The timeout of the whole run, {TimeText.Of(revival.Request.Timeout)}, has expired." : "";
        // A wrong cluster stays wrong.
        string again = failure.Cause is ErrorCause.ConfigurationInvalid or ErrorCause.InputInvalid or ErrorCause.Conflict ? "" : Resume;
        return failure.With($"{refusal}{time} {Reached()}{again}".TrimStart());
    }

    private string Reached() => Steps() is { Count: > 0 } steps
        ? $"Reached: {string.Join("; ", steps.Select(t => $"{t.Step}: {t.Result}"))}."
        : "Nothing was reached.";

    /// <summary>The steps by the time when they began. The approval of requests runs beside them.</summary>
    public IReadOnlyList<TimelineEntry> Steps()
    {
        IReadOnlyList<CsrDecision> approved = approval.Approved;
        if (approved.Count == 0)
        {
            return _steps.Entries;
        }

        // These times are by the cluster's clock, all others by ours.
        TimeSpan ahead = revival.Cluster.Skew ?? TimeSpan.Zero;
        string nodes = NameList.Short([.. approved.Select(d => d.Node).OfType<string>().Distinct().Order(StringComparer.Ordinal)]);
        var entry = new TimelineEntry(
            approved[0].At - ahead, "SigningRequests", $"approved {CountText.Of(approved.Count, "signing request")} of {nodes}",
            approved[^1].At - approved[0].At);
        return [.. _steps.Entries.Append(entry).OrderBy(step => step.At)];
    }
}
