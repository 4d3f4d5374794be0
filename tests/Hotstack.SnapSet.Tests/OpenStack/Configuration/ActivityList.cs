namespace Hotstack.Tests.OpenStack.Configuration;

internal sealed class ActivityList : IActivity
{
    public List<string> Verboses { get; } = [];

    public List<string> Warnings { get; } = [];

    public void Verbose(DisplayText message) => Verboses.Add(message);

    public void Debug(DisplayText message)
    {
    }

    public void Warning(DisplayText message) => Warnings.Add(message);

    public void Progress(ProgressReport report)
    {
    }
}
