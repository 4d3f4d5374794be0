namespace Hotstack.Suggestions;

/// <summary>A value that an argument could have.</summary>
/// <param name="Text">The value.</param>
/// <param name="Description">What it stands for, in a line.</param>
public sealed record Suggestion(string Text, DisplayText Description);
