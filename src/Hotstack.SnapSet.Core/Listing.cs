using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;

namespace Hotstack;

/// <summary>A list that reads well as text, as in CSV: <c>controller, master0</c>.</summary>
/// <typeparam name="T">What it lists.</typeparam>
[CollectionBuilder(typeof(Listing), nameof(Listing.Of))]
public sealed class Listing<T> : ReadOnlyCollection<T>
{
    internal Listing(T[] items)
        : base(items)
    {
    }

    /// <summary>All items, separated by commas, or by semicolons if an item holds a comma.</summary>
    public override string ToString()
    {
        string[] texts = [.. this.Select(item => item?.ToString() ?? "")];
        return string.Join(texts.Any(text => text.Contains(',', StringComparison.Ordinal)) ? "; " : ", ", texts);
    }
}

/// <summary>Makes listings from collection expressions.</summary>
public static class Listing
{
    /// <summary>A listing of these items.</summary>
    public static Listing<T> Of<T>(ReadOnlySpan<T> items) => new([.. items]);
}
