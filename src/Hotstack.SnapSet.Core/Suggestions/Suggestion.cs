namespace Hotstack.Suggestions;

/// <summary>A value that an argument could have.</summary>
/// <param name="Text">The value.</param>
/// <param name="Description">What it stands for, in a line.</param>
public sealed record Suggestion(string Text, DisplayText Description)
{
    /// <summary>Whether all of the value can be seen before it is accepted: it holds no control, bidirectional or other
    /// character that acts or hides instead of being shown.</summary>
    public bool IsVisible => Text.Length > 0 && HiddenCharacters.WriteOut(Text) == Text;
}
