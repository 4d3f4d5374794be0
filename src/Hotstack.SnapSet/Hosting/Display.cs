using System.Collections;
using System.Management.Automation;
using Hotstack.Input;

namespace Hotstack.Hosting;

/// <summary>Texts for the views of Hotstack.SnapSet.Format.ps1xml: property values with hidden characters written out, and states in
/// colour. The properties themselves stay as they are.</summary>
public static class Display
{
    private const string Green = "\e[32m";
    private const string Yellow = "\e[33m";
    private const string Red = "\e[31m";
    private const string Reset = "\e[0m";

    /// <summary>The entry for every other word.</summary>
    internal const string Otherwise = "*";

    /// <summary>The colour of each word, in any case, by the name of the kind of state. What is not listed stays plain.</summary>
    internal static readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Colours =
        new Dictionary<string, IReadOnlyDictionary<string, string>>
        {
            ["Server"] = Words(green: ["ACTIVE"], yellow: ["SHUTOFF"], red: ["ERROR", "NotFound"]),
            ["Image"] = Words(
                green: ["active"], yellow: ["active, hidden", "queued", "saving", "importing", "uploading"], red: [Otherwise]),
            ["Volume"] = Words(green: ["available"], yellow: ["creating"], red: ["error", "NotFound"]),
            ["Stack"] = Words(green: ["CREATE_COMPLETE", "UPDATE_COMPLETE"], yellow: [], red: [Otherwise]),
            ["SnapSet"] = Words(green: ["Complete"], yellow: ["Unverified"], red: ["Incomplete"]),
            ["UnattendedLeft"] = Words(green: [], yellow: ["expired"], red: []),
            ["AssistedLeft"] = Words(green: [], yellow: [], red: ["expired"]),
            ["Check"] = Words(green: ["Passed"], yellow: ["Warning", "Unknown"], red: ["Failed"]),
            ["Cluster"] = Words(green: ["Safe", "NotApplicable"], yellow: ["Unknown"], red: ["NotYet", "NotSupported"]),
            ["Node"] = Words(green: ["Ready"], yellow: ["Ready, cordoned"], red: [Otherwise]),
            ["Operator"] = Words(green: ["stable"], yellow: ["progressing"], red: [Otherwise]),
            ["Csr"] = Words(green: ["Approve"], yellow: ["Wait"], red: ["Refuse"]),
            ["Request"] = Words(green: ["Approved,Issued"], yellow: ["Pending", "Approved"], red: [Otherwise]),
            ["Truth"] = Words(green: ["True"], yellow: [], red: ["False"]),
        };

    /// <summary>One value.</summary>
    /// <param name="value">Any; null is empty. For a collection the texts of its items, of which PowerShell shows as many as it
    /// likes.</param>
    public static object Text(object? value) => ObjectText.Bare(value) is IEnumerable several and not string
        ? several.Cast<object?>().Select(One).ToArray()
        : One(value);

    /// <summary>Several values in one text.</summary>
    /// <param name="values">One or several; null is empty.</param>
    /// <param name="separator">What stands between them; its line breaks stay.</param>
    public static string Joined(object? values, string separator) =>
        Text(values) is string[] texts ? string.Join(separator, texts) : One(values);

    /// <summary>Sentences of others, on one line.</summary>
    /// <param name="value">A text; null is empty.</param>
    public static string Prose(object? value) => DisplayText.OfProse(Written(value));

    /// <summary>The word for a state, in its colour. PowerShell removes the colour where $PSStyle.OutputRendering, NO_COLOR or a
    /// redirection demand plain text.</summary>
    /// <param name="value">The word, or True or False; null is empty.</param>
    /// <param name="kind">One of <see cref="Colours"/>.</param>
    public static string State(object? value, string kind) => Coloured(Written(value), kind);

    internal static string Coloured(string word, string kind)
    {
        IReadOnlyDictionary<string, string> colours = Colours[kind];
        string colour = colours.GetValueOrDefault(word) ?? colours.GetValueOrDefault(Otherwise) ?? "";
        return $"{colour}{DisplayText.Of(word)}{Reset}";
    }

    private static Dictionary<string, string> Words(string[] green, string[] yellow, string[] red) =>
        green.Select(word => (word, Green)).Concat(yellow.Select(word => (word, Yellow))).Concat(red.Select(word => (word, Red)))
            .ToDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.OrdinalIgnoreCase);

    private static string One(object? value) => DisplayText.Of(Written(value));

    /// <summary>As PowerShell writes it: the same in every culture, and for stored objects their text.</summary>
    private static string Written(object? value) => value is null ? "" : PSObject.AsPSObject(value).ToString();
}
