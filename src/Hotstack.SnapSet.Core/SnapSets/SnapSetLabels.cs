using System.Collections.ObjectModel;
using System.Text.RegularExpressions;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets;

/// <summary>The labels of a set: a text for each key. Keys are kept in lower case and compared without regard to case.</summary>
/// <remarks>Glance's database compares the names of properties without regard to case: two that differ in nothing else end in its error
/// 500.</remarks>
public sealed partial class SnapSetLabels : ReadOnlyDictionary<string, string>, IEquatable<SnapSetLabels>
{
    /// <summary>How many a set may have: Glance keeps 128 properties with an image by default, and a set needs most of them for its
    /// cluster, ports and volumes (glance: <c>image_property_quota</c>).</summary>
    internal const int MaxCount = 32;

    /// <summary>The longest key.</summary>
    internal const int LongestKey = 63;

    private SnapSetLabels(IDictionary<string, string> labels)
        : base(labels)
    {
    }

    /// <summary>No labels.</summary>
    public static new SnapSetLabels Empty { get; } = new(new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase));

    /// <summary>These labels, unchecked; of two keys that differ only in case the last one counts.</summary>
    public static SnapSetLabels Of(IEnumerable<KeyValuePair<string, string>> labels)
    {
        var all = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, string value) in labels)
        {
            all.Remove(key);
            all[Lower(key)] = value;
        }

        return all.Count == 0 ? Empty : new SnapSetLabels(all);
    }

    /// <summary>These labels with changes: a text replaces or adds, null removes.</summary>
    public SnapSetLabels With(IEnumerable<KeyValuePair<string, string?>> changes)
    {
        var all = new SortedDictionary<string, string>(Dictionary, StringComparer.OrdinalIgnoreCase);
        foreach ((string key, string? value) in changes)
        {
            all.Remove(key);
            if (value is not null)
            {
                all[key] = value;
            }
        }

        return Of(all);
    }

    /// <summary>Whether each pattern matches the label of its key; keys are literal, a missing label matches nothing.</summary>
    internal bool Match(IEnumerable<KeyValuePair<string, string>> patterns) =>
        patterns.All(wanted => TryGetValue(wanted.Key, out string? value) && Wildcard.Matches(value, wanted.Value));

    /// <summary>Whether a key can be the key of a label.</summary>
    internal static bool IsKey(string key) => Key().IsMatch(key);

    /// <summary>Why they cannot be recorded; empty otherwise.</summary>
    internal IEnumerable<string> Violations()
    {
        if (Count > MaxCount)
        {
            yield return $"there are {Count} labels; a set has at most {MaxCount}: remove some";
        }

        foreach ((string key, string value) in Dictionary)
        {
            string name = $"label '{PropertyValue.Shortened(key)}'";
            if (KeyFault(key) is { } fault)
            {
                yield return $"{name}: the key {fault}";
            }

            if (value.Length == 0)
            {
                yield return $"{name}: the text is empty; give a text, or $null to Set-HotstackSnapSet to remove the label";
            }
            else if (PropertyValue.Fault(value) is { } wrong)
            {
                yield return $"{name}: the text {wrong}";
            }
        }

        if (LabelProperties.KeysTextOf(this).Length is > PropertyValue.MaxCharacters and int length)
        {
            yield return $"the keys of the labels are {length} characters long together; the limit is {PropertyValue.MaxCharacters}: shorten them";
        }
    }

    /// <inheritdoc/>
    public bool Equals(SnapSetLabels? other) =>
        other is not null && Count == other.Count && this.All(label => other.TryGetValue(label.Key, out string? value) && value == label.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SnapSetLabels);

    /// <inheritdoc/>
    public override int GetHashCode() => Count;

    /// <summary>All of them: <c>owner=me, rhoso=18.0.3</c>.</summary>
    public override string ToString() => string.Join(", ", this.Select(label => $"{label.Key}={label.Value}"));

    private static string? KeyFault(string key) => key switch
    {
        "" => "is empty",
        { Length: > LongestKey } => $"is {key.Length} characters long; the limit is {LongestKey}",
        _ when !IsKey(key) => "must begin with a letter or a digit, followed by letters, digits, '_', '.' and '-'",
        _ => null,
    };

#pragma warning disable CA1308 // The names of properties are in lower case.
    private static string Lower(string key) => key.ToLowerInvariant();
#pragma warning restore CA1308

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_.-]*\z")]
    private static partial Regex Key();
}
