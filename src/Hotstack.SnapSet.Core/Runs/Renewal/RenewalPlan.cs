using Hotstack.Deployments;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Restore;

namespace Hotstack.Runs.Renewal;

/// <summary>What is left to do for one set.</summary>
internal sealed record RenewalPlan
{
    /// <summary>The set to renew.</summary>
    public required SnapSet Set { get; init; }

    /// <summary>The texts for the new set.</summary>
    public required SnapSetFacts Facts { get; init; }

    /// <summary>The new set, if an earlier run made it; null otherwise.</summary>
    public SnapSet? Made { get; init; }

    /// <summary>The temporary stack; null if there is none.</summary>
    public Stack? Stack { get; init; }

    /// <summary>The stack that is to be made, or waited for; null if that was done.</summary>
    public RestoreSnapSetPlan? Restore { get; init; }

    /// <summary>The request behind <see cref="Restore"/>.</summary>
    public RestoreSnapSetRequest RestoreRequest { get; init; } = new();

    /// <summary>The stack failed or is being deleted: it is deleted, and made again.</summary>
    public bool IsReplaced { get; init; }

    /// <summary>The servers of the stack; empty until it is made.</summary>
    public IReadOnlyList<Instance> Servers { get; init; } = [];

    /// <summary>An earlier run has revived the cluster.</summary>
    public bool IsRevived { get; init; }

    /// <summary>What the stack takes of the quotas.</summary>
    public IReadOnlyDictionary<string, long> Needs => Restore?.Needs ?? new Dictionary<string, long>();

    /// <summary>The new set is made, its stack is deleted, and the old set stays: nothing is left to do.</summary>
    public bool IsDone { get; init; }

    /// <summary>What the question is about.</summary>
    public DisplayText Target => $"SnapSet {Set.Id} ({string.Join(", ", Set.Members)}; {Set.CreatedAt:u}), {WindowText}";

    private string WindowText => Set.UnattendedUntil is { } until
        ? $"whose cluster revives by itself until {TimeText.Of(until)}" : "whose dates are not recorded";

    /// <summary>The stages in words, one a line.</summary>
    /// <param name="request">How.</param>
    /// <param name="stackName">The name of the temporary stack.</param>
    /// <param name="now">The cloud's time.</param>
    public DisplayText Describe(UpdateSnapSetRequest request, string stackName, DateTimeOffset now)
    {
        bool isOff = Servers.Count > 0 && IsRevived && Servers.All(server => server.Status == ServerRules.ShutOff);
        bool isForced = request.Suspend.ForceRotation;
        bool isWaitedFor = Stack is not null && !IsReplaced;
        (bool IsLeft, string Step)[] steps =
        [
            (IsReplaced, $"DeleteStack: delete stack {stackName} ({Stack?.Status}) of an earlier run"),
            (Made is null && Restore is not null,
                isWaitedFor ? $"Restore: wait for stack {stackName} of an earlier run"
                    : $"Restore: create stack {stackName}{(Restore?.Resources.Count > 0 ? $", with {Restore.Resources.Count} resources" : "")}"),
            (Made is null && !IsRevived, $"Revive: start its cluster through its own controller{Approvals(now)}"),
            (Made is null && !isOff && !isForced,
                $"Rotate: wait until its kubelets' certificates are valid for {TimeText.Of(request.Suspend.MinimumValidity)}"),
            (Made is null && !isOff, isForced ? "Suspend: renew the certificates at once, and shut down the cluster" : "Suspend: shut down the cluster"),
            (Made is null, $"Freeze: make {CountText.Of(Set.Members.Count, "image")} as a new SnapSet with the same labels"),
            (true, $"Test: check {(Made is null ? "the new SnapSet" : $"the new SnapSet {Made.Id}")}"),
            (Made is null || Stack is not null, $"DeleteStack: delete stack {stackName}"),
            (request.RemoveOld, $"RemoveOld: delete SnapSet {Set.Id}, if the new one is complete and lasts longer"),
        ];
        return DisplayText.Lines(
        [
            Stack is null && Made is null ? "Renew it:" : "Resume its renewal:",
            .. steps.Where(step => step.IsLeft).Select(step => "  " + step.Step),
            .. Restore is not null && !isWaitedFor ? [$"  quota: {RestoreQuota.Describe(Needs)}"] : Array.Empty<string>(),
            .. request.RollbackOnFailure ? ["  on failure, what was made is deleted again"] : Array.Empty<string>(),
        ]);
    }

    private string Approvals(DateTimeOffset now) => new ReviveWindow(Set.ClusterRecord, now).State switch
    {
        ReviveWindowState.Unattended => "",
        ReviveWindowState.NotRecorded => "; until when it can be revived is not recorded",
        _ => ", and approve its kubelets' signing requests",
    };
}
