namespace Hotstack.OpenStack.Configuration;

/// <summary>Where a value was found.</summary>
/// <param name="Source">The path of a file, or the name of a variable.</param>
/// <param name="Line">From 1; 0 for a variable.</param>
/// <param name="Column">From 1; 0 for a variable.</param>
internal readonly record struct SourceMark(string Source, long Line = 0, long Column = 0)
{
    public override string ToString() => Line == 0 ? Source : $"{Source}, line {Line}, column {Column}";
}
