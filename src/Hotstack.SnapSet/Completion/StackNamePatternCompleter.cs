namespace Hotstack.Completion;

/// <summary>Proposes stacks where an argument takes wildcards.</summary>
internal sealed class StackNamePatternCompleter : StackNameCompleter
{
    protected override bool IsPattern => true;
}
