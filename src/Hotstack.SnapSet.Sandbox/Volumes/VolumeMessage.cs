namespace Hotstack.Sandbox.Volumes;

/// <summary>What Cinder tells the users of a volume or snapshot that failed.</summary>
internal sealed record VolumeMessage
{
    public required string Id { get; init; }

    public required string ProjectId { get; init; }

    /// <summary><c>VOLUME</c> or <c>VOLUME_SNAPSHOT</c>.</summary>
    public required string ResourceType { get; init; }

    public required string ResourceId { get; init; }

    /// <summary>Numbers of the action and the reason, as Cinder's message_field.py has them.</summary>
    public required string Event { get; init; }

    /// <summary>Action and reason, with nothing but a colon between them.</summary>
    public required string Text { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
