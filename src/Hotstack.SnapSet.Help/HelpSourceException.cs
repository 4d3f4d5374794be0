namespace Hotstack.Help;

/// <summary>A page does not fit the schema.</summary>
/// <param name="file">The page.</param>
/// <param name="line">Its line, from 1.</param>
/// <param name="reason">What is wrong, and how it should be.</param>
internal sealed class HelpSourceException(string file, int line, string reason) : Exception(reason)
{
    public int Line { get; } = line;

    /// <summary>As MSBuild and editors know errors.</summary>
    public override string ToString() => $"{file}({Line}): error HELP: {Message}";
}
