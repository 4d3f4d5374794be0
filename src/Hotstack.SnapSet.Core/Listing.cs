using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;

namespace Hotstack;

/// <summary>A list that reads well where PowerShell makes text of it, as in CSV: <c>controller, master0</c>.</summary>
/// <typeparam name="T">What it lists.</typeparam>
[CollectionBuilder(typeof(Listing), nameof(Listing.Of))]
public sealed class Listing<T> : ReadOnlyCollection<T>
{
    internal Listing(T[] items)
        : base(items)
    {
    }

    /// <summary>All items: parted by commas, or by semicolons where they have commas themselves.</summary>
    public override string ToString()
    {
        string[] texts = [.. this.Select(item => item?.ToString() ?? "")];
        return string.Join(texts.Any(text => text.Contains(',', StringComparison.Ordinal)) ? "; " : ", ", texts);
    }
}

/// <summary>Makes listings of what C# writes in brackets.</summary>
public static class Listing
{
    /// <summary>A listing of these items.</summary>
    public static Listing<T> Of<T>(ReadOnlySpan<T> items) => new([.. items]);
}
