namespace Hotstack.Configuration;

/// <summary>Where a value was found.</summary>
/// <param name="Source">The path of a file, or the name of a variable.</param>
/// <param name="ErrorId">The id of an error there: <c>CloudConfigInvalid</c>.</param>
/// <param name="Line">From 1; 0 for the whole of it.</param>
/// <param name="Column">From 1; 0 for the whole of it.</param>
internal readonly record struct SourceMark(string Source, string ErrorId, long Line = 0, long Column = 0)
{
    public SourceMark At(long line, long column) => this with { Line = line, Column = column };

    public override string ToString() => Line == 0 ? Source : $"{Source}, line {Line}, column {Column}";
}
