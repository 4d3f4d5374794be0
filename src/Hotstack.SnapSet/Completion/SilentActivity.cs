namespace Hotstack.Completion;

/// <summary>Tells nobody anything.</summary>
internal sealed class SilentActivity : IActivity
{
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
