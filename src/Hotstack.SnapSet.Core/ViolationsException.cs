namespace Hotstack;

/// <summary>Something breaks rules; all that it breaks are told at once.</summary>
public sealed class ViolationsException : HotstackException
{
    /// <param name="id">The exact case: <c>SnapSetDataInvalid</c>.</param>
    /// <param name="what">What was checked: <c>/tmp/hs-outputs.yaml</c>.</param>
    /// <param name="violations">A sentence for each rule that is broken.</param>
    /// <param name="cause">What a caller can act on.</param>
    /// <param name="afterwards">What is to be said behind them all, in sentences; empty for nothing.</param>
    public ViolationsException(
        string id, string what, IReadOnlyList<string> violations, ErrorCause cause = ErrorCause.InputInvalid, string afterwards = "")
        : base(cause, id, Describe(what, violations, afterwards))
    {
        Violations = violations;
        Target = what;
    }

    /// <summary>A sentence for each rule that is broken.</summary>
    public IReadOnlyList<string> Violations { get; }

    /// <summary>Numbered, so that they can be told apart where the lines are run together, as PowerShell does on the screen.</summary>
    private static DisplayText Describe(string what, IReadOnlyList<string> violations, string afterwards) => violations.Count == 1
        ? $"{what}: {(afterwards.Length > 0 ? $"{violations[0].TrimEnd('.')}. {afterwards}" : violations[0])}"
        : DisplayText.Lines(
        [
            $"{what}: {violations.Count} problems:", .. violations.Select((v, i) => $"  {i + 1}. {v}"),
            .. afterwards.Length > 0 ? [afterwards] : Array.Empty<string>(),
        ]);
}
