namespace Hotstack.Runs.Stacks;

/// <summary>Which stacks to delete, and how.</summary>
public sealed record RemoveStacksRequest
{
    /// <summary>The stacks.</summary>
    public IReadOnlyList<StackTarget> Targets { get; init; } = [];

    /// <summary>Also stacks that no set was restored to, that another run works on, or that Heat cannot delete completely.</summary>
    public bool Force { get; init; }

    /// <summary>How long each stack may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The pause between two polls.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);
}
