namespace Hotstack.OpenShift;

/// <summary>The objects of a kind as they were at one moment.</summary>
/// <param name="Items">The objects.</param>
/// <param name="At">The moment by the clock of the API server that answered (its <c>Date</c>), which an answer that was long on its way
/// does not change; null if it does not tell.</param>
internal sealed record ObjectList<T>(IReadOnlyList<T> Items, DateTimeOffset? At);
