namespace Hotstack;

/// <summary>The input breaks rules; all that it breaks are told at once.</summary>
public sealed class ViolationsException : HotstackException
{
    /// <param name="id">The exact case: <c>SnapSetDataInvalid</c>.</param>
    /// <param name="what">What was checked: <c>/tmp/hs-outputs.yaml</c>.</param>
    /// <param name="violations">A sentence for each rule that is broken.</param>
    /// <param name="outcome">What became of it, a sentence of its own; null for nothing.</param>
    public ViolationsException(string id, string what, IReadOnlyList<string> violations, string? outcome = null)
        : base(ErrorCause.InputInvalid, id, Describe(what, violations, outcome))
    {
        Violations = violations;
        Target = what;
    }

    /// <summary>A sentence for each rule that is broken.</summary>
    public IReadOnlyList<string> Violations { get; }

    /// <summary>Numbered, so that they can be told apart where the lines are run together, as PowerShell does on the screen.</summary>
    private static DisplayText Describe(string what, IReadOnlyList<string> violations, string? outcome) => (violations.Count, outcome) switch
    {
        (1, null) => $"{what}: {violations[0]}",
        (1, _) => $"{what}: {violations[0].TrimEnd('.')}. {outcome}",
        _ => DisplayText.Lines(
        [
            $"{what}: {violations.Count} problems:", .. violations.Select((v, i) => $"  {i + 1}. {v}"),
            .. outcome is null ? Array.Empty<string>() : [outcome],
        ]),
    };
}
