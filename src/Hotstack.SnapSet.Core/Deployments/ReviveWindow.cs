namespace Hotstack.Deployments;

/// <summary>Whether a frozen cluster can still be revived: its certificates expire while it is off, too.</summary>
/// <param name="record">The cluster's record; null if there is none.</param>
/// <param name="now">The current time by the cloud's clock: the cluster may be off, and the user's clock may be wrong.</param>
internal sealed class ReviveWindow(ClusterRecord? record, DateTimeOffset now)
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(1);

    /// <summary>The state at that time.</summary>
    public ReviveWindowState State => record switch
    {
        null => ReviveWindowState.NotRecorded,
        { AssistedUntil: { } end } when end < now => ReviveWindowState.Expired,
        { UnattendedUntil: { } end } => end < now ? ReviveWindowState.Assisted : ReviveWindowState.Unattended,
        _ => ReviveWindowState.Undetermined,
    };

    /// <summary>It revives by itself, but for less than another day.</summary>
    public bool EndsSoon => State == ReviveWindowState.Unattended && record!.UnattendedUntil - now < Soon;

    /// <summary>State and dates, in lower case and without a full stop.</summary>
    public string Text => State switch
    {
        ReviveWindowState.NotRecorded => "until when the cluster can be revived is not recorded",
        ReviveWindowState.Expired =>
            $"the cluster could be revived until {TimeText.Of(record!.AssistedUntil!.Value)}: certificates that nothing renews are expired",
        ReviveWindowState.Assisted =>
            $"the kubelets' certificates expired on {TimeText.Of(record!.UnattendedUntil!.Value)}: the cluster needs approvals to revive, "
            + $"which Invoke-HotstackRevive issues{(record.AssistedUntil is { } limit ? $", until {TimeText.Of(limit)}" : "")}",
        ReviveWindowState.Unattended =>
            $"the cluster revives by itself until {TimeText.Of(record!.UnattendedUntil!.Value)}"
            + (record.AssistedUntil is { } limit ? $", and with approvals until {TimeText.Of(limit)}" : "")
            + (record.AreDatesUpperBounds ? "; certificates that could not be read may expire earlier" : ""),
        _ => "until when the cluster can be revived was not determined at shutdown",
    };

    /// <summary><see cref="Text"/> as a sentence.</summary>
    public string Sentence => $"{char.ToUpperInvariant(Text[0])}{Text[1..]}.";
}

/// <summary>The state of a <see cref="ReviveWindow"/> at one time.</summary>
internal enum ReviveWindowState
{
    /// <summary>There is no record of the cluster.</summary>
    NotRecorded,

    /// <summary>There is a record, but its dates could not be determined.</summary>
    Undetermined,

    /// <summary>The cluster revives by itself.</summary>
    Unattended,

    /// <summary>The kubelets' certificates are expired: the cluster needs approvals of their signing requests.</summary>
    Assisted,

    /// <summary>Certificates that nothing renews are expired.</summary>
    Expired,
}
