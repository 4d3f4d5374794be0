namespace Hotstack.Completion;

/// <summary>Proposes ids where an argument takes wildcards.</summary>
internal sealed class SnapSetIdPatternCompleter : SnapSetIdCompleter
{
    protected override bool IsPattern => true;
}
