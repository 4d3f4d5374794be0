namespace Hotstack.Suggestions;

/// <summary>Shows nothing: completion shows suggestions alone.</summary>
public sealed class SilentActivity : IActivity
{
    /// <summary>Does nothing.</summary>
    public void Verbose(DisplayText message)
    {
    }

    /// <summary>Does nothing.</summary>
    public void Debug(DisplayText message)
    {
    }

    /// <summary>Does nothing.</summary>
    public void Warning(DisplayText message)
    {
    }

    /// <summary>Does nothing.</summary>
    public void Progress(ProgressReport report)
    {
    }
}
