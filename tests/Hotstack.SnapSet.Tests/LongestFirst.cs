using Hotstack.Contract.Clouds;
using Hotstack.Contract.SnapSets;
using Hotstack.Pester;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Hotstack.LongestFirst))]

namespace Hotstack;

/// <summary>What takes longest, and mostly waits, begins first: begun last, it would run alone.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] First =
    [
        nameof(PesterTests), nameof(SandboxVolumeTests), nameof(SandboxSnapSetTests), nameof(SandboxMoveTests), nameof(SandboxRestoreTests),
    ];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Place(collection.TestCollectionDisplayName))];

    private static int Place(string name)
    {
        int place = Array.FindIndex(First, first => name.Contains($".{first} ", StringComparison.Ordinal));
        return place < 0 ? First.Length : place;
    }
}
