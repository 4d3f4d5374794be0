using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.Deployments.Stacks;

/// <summary>A Heat stack with its deployment at a glance.</summary>
public sealed record DeploymentStack
{
    /// <summary>The stack's name.</summary>
    public required string StackName { get; init; }

    /// <summary>Its UUID.</summary>
    public required string StackId { get; init; }

    /// <summary>Heat's action and status: <c>CREATE_COMPLETE</c>, <c>DELETE_FAILED</c> …</summary>
    public required string Status { get; init; }

    /// <summary>Heat's reason, if its last action failed; null otherwise.</summary>
    public string? StatusReason { get; init; }

    /// <summary>When it was created, in UTC; null if Heat does not say.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The time since its creation, by the cloud's clock; null if Heat does not say.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary><see cref="Age"/> for people: <c>6 d 3 h</c>; null if unknown.</summary>
    public string? AgeText => Age is { } age ? TimeText.Of(age) : null;

    /// <summary>The SnapSet that it was restored from; null if it was not restored.</summary>
    public string? SnapSetId { get; init; }

    /// <summary>The Hotstack scenario that the SnapSet behind it records, otherwise the newest SnapSet that was made of it; null if
    /// unknown.</summary>
    public string? Scenario { get; init; }

    /// <summary>It is the temporary stack of a renewal (<c>Update-HotstackSnapSet</c>).</summary>
    public bool IsRenewal { get; init; }

    /// <summary>The address by which the other cmdlets reach its controller; null if it has none.</summary>
    public string? ControllerAddress { get; init; }

    /// <summary>Its servers, the controller first.</summary>
    public Listing<Instance> Instances { get; init; } = [];

    /// <summary>How many servers it has.</summary>
    public int InstanceCount => Instances.Count;

    /// <summary>How many of its servers are on.</summary>
    public int RunningCount => Instances.Count(ServerRules.IsOn);

    /// <summary>How many of its servers are on, for people: <c>3/5 on</c>.</summary>
    public string PowerText => $"{RunningCount}/{InstanceCount} on";

    /// <summary>Its servers keep the record of a suspended cluster, and none of its nodes is on.</summary>
    public bool HasRecord => RecordedAt is not null;

    /// <summary>When the kept record was made, by the cloud's clock; null without a record.</summary>
    public DateTimeOffset? RecordedAt { get; init; }

    /// <summary>Until then the suspended cluster revives by itself; null without a record, or if unknown.</summary>
    public DateTimeOffset? UnattendedUntil { get; init; }

    /// <summary>Until then it revives with approvals; null without a record, or if unknown.</summary>
    public DateTimeOffset? AssistedUntil { get; init; }

    /// <summary>The id of its project; null if unknown.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The cloud, by its name in clouds.yaml.</summary>
    public string? Cloud { get; init; }

    /// <summary>The region; null for the cloud's only one.</summary>
    public string? Region { get; init; }

    /// <summary>Heat's tags of it.</summary>
    internal IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The stack for the calls of Heat.</summary>
    internal Stack Source => new() { Id = StackId, Name = StackName, Status = Status, StatusReason = StatusReason, Tags = Tags };

    /// <summary>Why its servers could not be read; null if they were.</summary>
    internal HotstackException? Unread { get; init; }

    /// <summary>The servers as Nova showed them; without those that do not exist.</summary>
    internal IReadOnlyList<Server> Servers { get; init; } = [];

    /// <summary>The name.</summary>
    public override string ToString() => StackName;
}
