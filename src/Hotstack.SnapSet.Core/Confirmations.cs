namespace Hotstack;

/// <summary>Answers to questions that the user has answered already.</summary>
internal static class Confirmations
{
    /// <summary>The user agreed to the whole, of which this is a part.</summary>
    public static Confirmation Agreed { get; } = (_, _) => Task.FromResult(true);
}
