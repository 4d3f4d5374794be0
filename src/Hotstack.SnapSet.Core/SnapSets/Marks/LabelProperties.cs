namespace Hotstack.SnapSets.Marks;

/// <summary>The labels recorded on each image and volume snapshot of a set: <c>hotstack_label_{key}</c>, and their keys in
/// <c>hotstack_labels</c>: <c>owner,rhoso</c>.</summary>
/// <remarks>The list of keys is always written and decides which of them count: the snapshot of a restored server inherits the properties
/// of the older set.</remarks>
internal static class LabelProperties
{
    /// <summary>The set whose labels an image of upstream's has; such an image records no set beside its tags.</summary>
    public const string SetKey = "hotstack_labels_of";

    private const string KeysKey = "hotstack_labels";
    private const string KeyStart = "hotstack_label_";

    /// <summary>The text of the property that lists the keys.</summary>
    public static string KeysTextOf(SnapSetLabels labels) => string.Join(',', labels.Keys);

    public static IEnumerable<KeyValuePair<string, string>> Of(SnapSetLabels labels) =>
        [new(KeysKey, KeysTextOf(labels)), .. labels.Select(label => new KeyValuePair<string, string>(KeyStart + label.Key, label.Value))];

    /// <summary>Whether a property holds a label or the list of their keys.</summary>
    public static bool IsKey(string name) => name == KeysKey || IsLabel(name);

    /// <summary>Whether a property holds a label.</summary>
    public static bool IsLabel(string name) => name.StartsWith(KeyStart, StringComparison.Ordinal) && SnapSetLabels.IsKey(name[KeyStart.Length..]);

    /// <summary>Reads them. A key without a text, or one that is none, does not count.</summary>
    public static SnapSetLabels From(IReadOnlyDictionary<string, string> properties) => SnapSetLabels.Of(
        (properties.GetValueOrDefault(KeysKey) ?? "").Split(',').Where(SnapSetLabels.IsKey)
            .Select(key => KeyValuePair.Create(key, properties.GetValueOrDefault(KeyStart + key) ?? ""))
            .Where(label => label.Value.Length > 0).Take(SnapSetLabels.MaxCount));
}

/// <summary>What a property of an image may hold.</summary>
internal static class PropertyValue
{
    /// <summary>Nova's limit for a value (nova: schemas/parameter_types.py). Glance takes more.</summary>
    public const int MaxCharacters = 255;

    private const int MaxShown = 60;

    /// <summary>Why a text of the user cannot be kept; null if it can.</summary>
    /// <remarks>Glance refuses characters of four bytes in UTF-8 (glance: "can't contain 4 byte unicode characters").</remarks>
    public static string? Fault(string text) => text switch
    {
        { Length: > MaxCharacters } => $"is {text.Length} characters long; the limit is {MaxCharacters}",
        _ when text.Any(char.IsSurrogate) => "holds a character beyond U+FFFF, such as an emoji, which Glance does not keep",
        _ when !CommandArgument.IsVisible(text) => "holds a line break or another control or invisible character",
        _ when text != text.Trim() => "begins or ends with a blank",
        _ => null,
    };

    /// <summary>A text that is not too long for a message.</summary>
    public static string Shortened(string text) => text.Length > MaxShown ? text[..MaxShown] + "…" : text;
}
