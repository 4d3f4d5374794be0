namespace Hotstack.Bench;

/// <summary>Nobody listens.</summary>
internal sealed class Silence : IActivity
{
    public static Silence Instance { get; } = new();

    public void Verbose(string message)
    {
    }

    public void Debug(string message)
    {
    }

    public void Warning(string message)
    {
    }

    public void Progress(ProgressReport report)
    {
    }
}
