namespace Hotstack.Configuration;

/// <summary>A place in a file or a variable, and the kind of error there.</summary>
/// <param name="Source">The path of a file, or the name of a variable.</param>
/// <param name="ErrorId">The id of an error there: <c>CloudConfigInvalid</c>.</param>
/// <param name="Line">From 1; 0 for the whole of it.</param>
/// <param name="Column">From 1; 0 for the whole of it.</param>
internal readonly record struct SourceMark(string Source, string ErrorId, long Line = 0, long Column = 0)
{
    /// <summary>The cause of an error there; null for <see cref="ErrorCause.ConfigurationInvalid"/>.</summary>
    public ErrorCause? Cause { get; init; }

    public SourceMark At(long line, long column) => this with { Line = line, Column = column };

    /// <summary>The error of this place.</summary>
    /// <param name="complaint">What is wrong, without a value that could be a secret.</param>
    /// <param name="hint">What to do about it; null for nothing.</param>
    /// <param name="inner">The exception behind it; null if there is none, or its message could show a secret.</param>
    public HotstackException Error(string complaint, string? hint = null, Exception? inner = null) =>
        new(Cause ?? ErrorCause.ConfigurationInvalid, ErrorId, $"{this}: {complaint}", inner) { Hint = hint, Target = Source };

    public override string ToString() => Line == 0 ? Source : $"{Source}, line {Line}, column {Column}";
}
