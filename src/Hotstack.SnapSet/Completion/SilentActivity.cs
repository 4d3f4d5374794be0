namespace Hotstack.Completion;

/// <summary>Tells nobody anything.</summary>
internal sealed class SilentActivity : IActivity
{
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
