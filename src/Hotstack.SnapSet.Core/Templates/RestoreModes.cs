using Hotstack.SnapSets;

namespace Hotstack.Templates;

/// <summary>How a set gets into a stack.</summary>
public enum RestoreMode
{
    /// <summary>By the images in the parameters of the roles, as upstream does it.</summary>
    Parameter,

    /// <summary>By a template that is changed for the set.</summary>
    Overlay,
}

/// <param name="Mode">The mode to use.</param>
/// <param name="Reasons">Why, a sentence each; at least one.</param>
internal sealed record RestoreModeChoice(RestoreMode Mode, IReadOnlyList<string> Reasons);

/// <summary>Chooses between parameters and overlay.</summary>
internal static class RestoreModes
{
    public static RestoreModeChoice Choose(HeatTemplate template, SnapSet set) => throw new NotImplementedException($"{template} {set}");
}
