using Hotstack.Http;

namespace Hotstack.Trials.Workflows;

/// <summary>How one run of a command ended, as its user sees it.</summary>
/// <param name="Result">What it gave; null for nothing.</param>
/// <param name="Failure">Why it failed; null if it did not.</param>
/// <param name="Warnings">What it warned of.</param>
internal sealed record Attempt(object? Result, Exception? Failure, IReadOnlyList<string> Warnings)
{
    /// <summary>All that the user reads: the error and the warnings.</summary>
    public string Told => string.Join('\n', [.. Failure is null ? Array.Empty<string>() : [Failure.Message], .. Warnings]);

    /// <summary>Each step and call of it.</summary>
    public IReadOnlyList<string> Log { get; init; } = [];

    /// <summary>Runs a command once, with connections of its own.</summary>
    public static async Task<Attempt> RunAsync(Workflow workflow, World world, CancellationToken stop, Interceptor? wire = null)
    {
        using Session session = world.Connect(wire);
        return await RunAsync(workflow, session, stop);
    }

    /// <summary>Runs a command once.</summary>
    public static async Task<Attempt> RunAsync(Workflow workflow, Session session, CancellationToken stop)
    {
        try
        {
            object? result = await workflow.RunAsync(session, stop);
            return new Attempt(result, null, session.Activity.Warnings) { Log = session.Activity.Everything };
        }
        catch (Exception e)
        {
            return new Attempt(null, e, session.Activity.Warnings) { Log = session.Activity.Everything };
        }
    }
}
