namespace Hotstack.Tests.OpenStack.Configuration;

internal sealed class ActivityList : IActivity
{
    public List<string> Verboses { get; } = [];

    public List<string> Warnings { get; } = [];

    public void Verbose(string message) => Verboses.Add(message);

    public void Debug(string message)
    {
    }

    public void Warning(string message) => Warnings.Add(message);

    public void Progress(ProgressReport report)
    {
    }
}
