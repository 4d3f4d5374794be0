namespace Hotstack.Bench;

/// <summary>Nobody listens.</summary>
internal sealed class Silence : IActivity
{
    public static Silence Instance { get; } = new();

    public void Verbose(DisplayText message)
    {
    }

    public void Debug(DisplayText message)
    {
    }

    public void Warning(DisplayText message)
    {
    }

    public void Progress(ProgressReport report)
    {
    }
}
