namespace Hotstack.Deployments;

/// <summary>Whether a frozen cluster can still be revived: its certificates expire while it is off, too.</summary>
/// <param name="record">What was recorded of the cluster; null for nothing.</param>
/// <param name="now">The moment to judge, by the cloud's clock: the cluster's own may not even be on, and the user's may be wrong.</param>
internal sealed class ReviveWindow(ClusterRecord? record, DateTimeOffset now)
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(1);

    /// <summary>How the window stands.</summary>
    public ReviveWindowState State => record switch
    {
        null => ReviveWindowState.NotRecorded,
        { AssistedUntil: { } end } when end < now => ReviveWindowState.Expired,
        { UnattendedUntil: { } end } => end < now ? ReviveWindowState.Assisted : ReviveWindowState.Unattended,
        _ => ReviveWindowState.Undetermined,
    };

    /// <summary>It still revives by itself, but not for another day.</summary>
    public bool EndsSoon => State == ReviveWindowState.Unattended && record!.UnattendedUntil - now < Soon;

    /// <summary>The state and its dates, without the first capital and the full stop.</summary>
    public string Text => State switch
    {
        ReviveWindowState.NotRecorded => "until when the cluster can be revived is not recorded",
        ReviveWindowState.Expired =>
            $"the cluster could be revived until {TimeText.Of(record!.AssistedUntil!.Value)}: certificates that nothing renews have expired",
        ReviveWindowState.Assisted =>
            $"the kubelets' certificates expired on {TimeText.Of(record!.UnattendedUntil!.Value)}: the cluster needs approvals to come back, "
            + $"which Invoke-HotstackRevive gives{(record.AssistedUntil is { } limit ? $", until {TimeText.Of(limit)}" : "")}",
        ReviveWindowState.Unattended =>
            $"the cluster revives by itself until {TimeText.Of(record!.UnattendedUntil!.Value)}"
            + (record.AssistedUntil is { } limit ? $", and with approvals until {TimeText.Of(limit)}" : "")
            + (record.AreDatesUpperBounds ? "; certificates that could not be read may expire earlier" : ""),
        _ => "until when the cluster can be revived could not be determined when it was shut down",
    };

    /// <summary><see cref="Text"/> as a sentence.</summary>
    public string Sentence => $"{char.ToUpperInvariant(Text[0])}{Text[1..]}.";
}

/// <summary>How a <see cref="ReviveWindow"/> stands at one moment.</summary>
internal enum ReviveWindowState
{
    /// <summary>Nothing was recorded of the cluster.</summary>
    NotRecorded,

    /// <summary>The cluster was recorded, but its dates could not be determined.</summary>
    Undetermined,

    /// <summary>The cluster revives by itself.</summary>
    Unattended,

    /// <summary>The kubelets' certificates have expired: the cluster needs approvals of their signing requests.</summary>
    Assisted,

    /// <summary>Certificates that nothing renews have expired.</summary>
    Expired,
}
