using System.Collections;
using System.Globalization;
using Hotstack.SnapSets;

namespace Hotstack.Input;

/// <summary>Reads -Label: a hashtable of texts.</summary>
internal static class LabelInput
{
    /// <summary>Labels to record; Core refuses what cannot be recorded.</summary>
    /// <exception cref="HotstackException">A value is a list or another object (<c>LabelInvalid</c>).</exception>
    public static SnapSetLabels ToLabels(IDictionary? labels) =>
        SnapSetLabels.Of(Changes(labels).Select(label => KeyValuePair.Create(label.Key, label.Value ?? "")));

    /// <summary>Patterns by keys; an entry without a text stands for every label of that key.</summary>
    /// <inheritdoc cref="ToLabels"/>
    public static Dictionary<string, string> ToPatterns(IDictionary? labels) =>
        Changes(labels).ToDictionary(label => label.Key, label => label.Value ?? "*");

    /// <summary>Texts to set; null for labels to remove.</summary>
    /// <inheritdoc cref="ToLabels"/>
    public static Dictionary<string, string?> Changes(IDictionary? labels)
    {
        var read = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (DictionaryEntry label in labels ?? new Hashtable())
        {
            string key = Convert.ToString(label.Key, CultureInfo.InvariantCulture) ?? "";
            read[key] = TextOf(key, ObjectText.Bare(label.Value));
        }

        return read;
    }

    private static string? TextOf(string key, object? value) => value switch
    {
        null => null,
        string text => text,
        IFormattable or bool or char or Version => Convert.ToString(value, CultureInfo.InvariantCulture),
        _ => throw new HotstackException(
            ErrorCause.InputInvalid, "LabelInvalid", $"The label '{key}' has a value of type {value.GetType().FullName}, not a text.")
        {
            Target = key,
            Hint = "Give one text for each key: -Label @{ rhoso = '18.0.3' }.",
        },
    };
}
