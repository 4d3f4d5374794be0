using Xunit;

namespace Hotstack.Playbooks;

/// <summary>Whether a process has ended.</summary>
internal static class Ended
{
    /// <summary>A signal takes a moment; one that ended may wait for its new parent to notice.</summary>
    /// <param name="stat">Its file in /proc.</param>
    /// <param name="stop">Ends the wait.</param>
    public static async Task AssertAsync(string stat, CancellationToken stop)
    {
        for (int left = 50; Runs(stat); left--)
        {
            Assert.True(left > 0, $"{stat} runs");
            await Task.Delay(100, stop);
        }
    }

    private static bool Runs(string stat)
    {
        try
        {
            return !File.ReadAllText(stat).Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
