using System.Text.Json;

namespace Hotstack.OpenStack.Orchestration;

/// <summary>A stack, as Heat shows it.</summary>
public sealed record Stack
{
    /// <summary>The status of a stack that is no more, which Heat goes on showing by its id.</summary>
    internal const string Deleted = "DELETE_COMPLETE";

    /// <summary>Its UUID.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, unique in the project.</summary>
    public required string Name { get; init; }

    /// <summary>Action and status: <c>CREATE_COMPLETE</c>, <c>UPDATE_FAILED</c> …</summary>
    public required string Status { get; init; }

    /// <summary>Why it is in that status.</summary>
    public string? StatusReason { get; init; }

    /// <summary>When it was changed last, in UTC; null if it never was.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Its tags, in Heat's order.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What is done with it: <c>CREATE</c>, <c>UPDATE</c>, <c>DELETE</c>, <c>ROLLBACK</c> …</summary>
    public string Action => Status.LastIndexOf('_') is var end && Status.EndsWith("_IN_PROGRESS", StringComparison.Ordinal)
        ? Status[..^"_IN_PROGRESS".Length]
        : end > 0 ? Status[..end] : Status;

    /// <summary>Heat works on it.</summary>
    public bool IsInProgress => Status.EndsWith("_IN_PROGRESS", StringComparison.Ordinal);

    /// <summary>What Heat did with it last went wrong.</summary>
    public bool IsFailed => Status.EndsWith("_FAILED", StringComparison.Ordinal);

    /// <summary>Its outputs, by key.</summary>
    public IReadOnlyDictionary<string, StackOutput> Outputs { get; init; } = new Dictionary<string, StackOutput>();

    internal static Stack From(JsonElement stack) => new()
    {
        Id = stack.Text("id") ?? "",
        Name = stack.Text("stack_name") ?? "",
        Status = stack.Text("stack_status") ?? "UNKNOWN",
        StatusReason = stack.ToldOnOneLine("stack_status_reason"),
        UpdatedAt = stack.Time("updated_time"),
        Tags = [.. stack.TextItems("tags")],
        Outputs = stack.Items("outputs")
            .Where(output => output.Text("output_key") is not null)
            .GroupBy(output => output.Text("output_key")!)
            .ToDictionary(
                g => g.Key, g => new StackOutput(g.Last().Field("output_value"), g.Last().ToldOnOneLine("output_error")), StringComparer.Ordinal),
    };
}

/// <summary>One output of a stack.</summary>
/// <param name="Value">The value; null if it is null or could not be made.</param>
/// <param name="Error">Why Heat could not make the value.</param>
public sealed record StackOutput(JsonElement? Value, string? Error);
