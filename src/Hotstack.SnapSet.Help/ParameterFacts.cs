using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Hotstack.Help;

/// <summary>The facts about a parameter: a <c>yaml</c> block of a page.</summary>
internal sealed record ParameterFacts
{
    private const string AllSets = "(All)";
    private const string ByValue = "ByValue";
    private const string ByProperty = "ByPropertyName";

    private static readonly string[] Keys =
    [
        "Type", "Parameter Sets", "Aliases", "Accepted values", "Required", "Position", "Default value", "Accept pipeline input",
        "Accept wildcard characters",
    ];

    /// <summary>The type's short name, without <c>Nullable</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The parameter sets with these facts; none for all.</summary>
    public IReadOnlyList<string> Sets { get; init; } = [];

    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The only accepted values; none if there is no restriction.</summary>
    public IReadOnlyList<string> AcceptedValues { get; init; } = [];

    public bool IsRequired { get; init; }

    /// <summary>From 0; null for a named parameter.</summary>
    public int? Position { get; init; }

    public string Default { get; init; } = "None";

    public bool FromPipeline { get; init; }

    public bool FromProperty { get; init; }

    public bool TakesWildcards { get; init; }

    public bool IsSwitch => Type == "SwitchParameter";

    /// <summary>As in MAML and in PowerShell.</summary>
    public string PipelineInput => (FromPipeline, FromProperty) switch
    {
        (true, true) => $"True ({ByProperty}, {ByValue})",
        (true, false) => $"True ({ByValue})",
        (false, true) => $"True ({ByProperty})",
        _ => "False",
    };

    public bool IsIn(string? set) => Sets.Count == 0 || set is null || Sets.Contains(set);

    /// <summary>The lines between the fences.</summary>
    public string ToYaml()
    {
        string[] lines =
        [
            $"Type: {Type}",
            $"Parameter Sets: {(Sets.Count > 0 ? string.Join(", ", Sets) : AllSets)}",
            $"Aliases: {string.Join(", ", Aliases)}".TrimEnd(),
            .. AcceptedValues.Count > 0 ? [$"Accepted values: {string.Join(", ", AcceptedValues)}"] : Array.Empty<string>(),
            "",
            $"Required: {IsRequired}",
            $"Position: {(Position is { } position ? position.ToString(CultureInfo.InvariantCulture) : "Named")}",
            $"Default value: {Scalar(Default)}",
            $"Accept pipeline input: {PipelineInput}",
            $"Accept wildcard characters: {TakesWildcards}",
        ];
        return string.Join('\n', lines);
    }

    /// <exception cref="FormatException">It is not as <see cref="ToYaml"/> writes it; the message says why.</exception>
    public static ParameterFacts FromYaml(string yaml)
    {
        Dictionary<string, string?> values = Read(yaml);
        if (values.Keys.Except(Keys).FirstOrDefault() is { } unknown)
        {
            throw new FormatException($"there is no '{unknown}'; known are {string.Join(", ", Keys)}");
        }

        if (Keys.Except(values.Keys).FirstOrDefault(key => key != "Accepted values") is { } missing)
        {
            throw new FormatException($"'{missing}' is missing");
        }

        string input = values["Accept pipeline input"] ?? "";
        var facts = new ParameterFacts
        {
            Type = values["Type"] ?? throw new FormatException("'Type' is empty"),
            Sets = values["Parameter Sets"] == AllSets ? [] : Items("Parameter Sets"),
            Aliases = Items("Aliases"),
            AcceptedValues = Items("Accepted values"),
            IsRequired = Flag("Required"),
            Position = values["Position"] == "Named" ? null
                : int.TryParse(values["Position"], NumberStyles.None, CultureInfo.InvariantCulture, out int position) ? position
                : throw new FormatException($"'Position' is '{values["Position"]}', neither a number nor 'Named'"),
            Default = values["Default value"] ?? "",
            FromPipeline = input.Contains(ByValue, StringComparison.Ordinal),
            FromProperty = input.Contains(ByProperty, StringComparison.Ordinal),
            TakesWildcards = Flag("Accept wildcard characters"),
        };
        return facts.PipelineInput == input
            ? facts
            : throw new FormatException(
                $"'Accept pipeline input' is '{input}', not False, True (ByValue), True (ByPropertyName) or True (ByPropertyName, ByValue)");

        string[] Items(string key) =>
            values.GetValueOrDefault(key)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

        bool Flag(string key) =>
            bool.TryParse(values[key], out bool flag) ? flag
                : throw new FormatException($"'{key}' is '{values[key]}', neither True nor False");
    }

    private static Dictionary<string, string?> Read(string yaml)
    {
        try
        {
            return new DeserializerBuilder().Build().Deserialize<Dictionary<string, string?>?>(yaml) ?? [];
        }
        catch (YamlException e)
        {
            throw new FormatException($"it is no YAML: {e.Message}", e);
        }
    }

    /// <summary>Quoted if YAML would not read it as text.</summary>
    private static string Scalar(string text) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && !text.Contains(": ", StringComparison.Ordinal)
            && !text.Contains('#', StringComparison.Ordinal)
            ? text
            : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
