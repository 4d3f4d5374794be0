namespace Hotstack.Playbooks;

/// <summary>A deployment that upstream's playbooks have worked on; input for New-HotstackSnapSet.</summary>
public sealed record PlaybookRun
{
    /// <summary>The stack.</summary>
    public required string StackName { get; init; }

    /// <summary>The scenario; null if the variables name none.</summary>
    public string? Scenario { get; init; }

    /// <summary>The stages of this run; empty if an earlier run had done all.</summary>
    public Listing<PlaybookStageResult> Stages { get; init; } = [];

    /// <summary>The file with Ansible's output; null if no stage ran.</summary>
    public string? LogPath { get; init; }

    /// <summary>How long all stages took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary><see cref="Duration"/> for people: <c>52 min</c>.</summary>
    public string DurationText => TimeText.Of(Duration);

    /// <summary>The checkout.</summary>
    public required string Checkout { get; init; }

    /// <summary>The cloud, by its name in clouds.yaml.</summary>
    public string? Cloud { get; init; }

    /// <summary>The region; null for the cloud's only one.</summary>
    public string? Region { get; init; }

    /// <summary>The id of the stack's project; null if unknown.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The stack's name.</summary>
    public override string ToString() => StackName;
}

/// <summary>A stage that has run.</summary>
/// <param name="Name">Its name: <c>Controller</c>.</param>
/// <param name="File">Its playbook.</param>
/// <param name="Tasks">How many tasks succeeded, counted once for each host.</param>
/// <param name="Changes">How many of them changed something.</param>
/// <param name="Duration">How long it took.</param>
public sealed record PlaybookStageResult(string Name, string File, int Tasks, int Changes, TimeSpan Duration)
{
    /// <summary><see cref="Duration"/> for people: <c>52 min</c>.</summary>
    public string DurationText => TimeText.Of(Duration);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
