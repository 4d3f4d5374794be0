using Hotstack.OpenStack;

namespace Hotstack.SnapSets.Create;

/// <summary>What is known of a volume snapshot that failed: Cinder's message to its users, if there is one.</summary>
internal static class VolumeFailure
{
    private const string UnknownHint = "Cinder gives no reason. Ask its operator for the log; the usual reason is that the storage is full.";

    /// <param name="cloud">The cloud.</param>
    /// <param name="snapshotId">The snapshot.</param>
    /// <param name="reason">What happened, as a sentence without its full stop.</param>
    /// <param name="target">What the error is about; null for the snapshot.</param>
    /// <param name="stop">Ends the question.</param>
    public static async Task<HotstackException> OfAsync(
        Cloud cloud, string snapshotId, string reason, object? target, CancellationToken stop)
    {
        string? message = await cloud.Volumes.FindMessageAsync(snapshotId, stop);
        return Of(message is null ? reason : $"{reason}; Cinder reports: {message.TrimEnd('.')}", target ?? snapshotId, message is null ? UnknownHint
            : "If you need more details, ask Cinder's operator for its log.");
    }

    /// <summary>A failure of which Cinder knows nothing.</summary>
    public static HotstackException Of(string reason, object target, string? hint) =>
        new(ErrorCause.OperationFailed, "SnapshotFailed", $"{reason}.") { Target = target, Hint = hint };
}
