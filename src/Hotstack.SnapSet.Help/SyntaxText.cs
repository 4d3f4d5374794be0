namespace Hotstack.Help;

/// <summary>Writes how a cmdlet is called, as <c>Get-Command -Syntax</c> does.</summary>
internal static class SyntaxText
{
    private const int Width = 100;

    /// <summary>Parameters of every cmdlet that asks for confirmation; they come last.</summary>
    private static readonly string[] OfShouldProcess = ["Confirm", "WhatIf"];

    /// <summary>All sets, the default one first.</summary>
    /// <param name="cmdlet">The cmdlet's name.</param>
    /// <param name="defaultSet">The default set; null if there is only one.</param>
    /// <param name="parameters">All parameters.</param>
    public static IReadOnlyList<SyntaxSet> Of(string cmdlet, string? defaultSet, IReadOnlyList<ParameterHelp> parameters)
    {
        string[] sets = [.. parameters.SelectMany(p => p.Facts).SelectMany(f => f.Sets).Distinct().Order(StringComparer.Ordinal)];
        return sets.Length == 0
            ? [new SyntaxSet(null, IsDefault: false, Of(cmdlet, parameters, set: null))]
            : [.. sets.OrderBy(set => set != defaultSet).Select(set => new SyntaxSet(set, set == defaultSet, Of(cmdlet, parameters, set)))];
    }

    /// <summary>The parameters of a set, in the order of the syntax.</summary>
    public static IEnumerable<(ParameterHelp Parameter, ParameterFacts Facts)> In(string? set, IReadOnlyList<ParameterHelp> parameters) =>
        from parameter in parameters
        from facts in parameter.Facts
        where facts.IsIn(set)
        orderby facts.Position ?? int.MaxValue, facts.IsRequired descending, IsLast(parameter.Name), parameter.Name
        select (parameter, facts);

    /// <summary>Pages list parameters by name, and these at the end.</summary>
    public static bool IsLast(string parameter) => OfShouldProcess.Contains(parameter);

    private static string Of(string cmdlet, IReadOnlyList<ParameterHelp> parameters, string? set) =>
        Wrap([cmdlet, .. In(set, parameters).Select(p => Item(p.Parameter.Name, p.Facts)), "[<CommonParameters>]"]);

    private static string Item(string name, ParameterFacts facts)
    {
        string dashed = facts.Position is null || facts.IsSwitch ? $"-{name}" : $"[-{name}]";
        string item = facts.IsSwitch ? dashed : $"{dashed} <{facts.Type}>";
        return facts.IsRequired ? item : $"[{item}]";
    }

    private static string Wrap(IEnumerable<string> items)
    {
        var lines = new List<string>();
        foreach (string item in items)
        {
            if (lines.Count > 0 && lines[^1].Length + 1 + item.Length <= Width)
            {
                lines[^1] += " " + item;
            }
            else
            {
                lines.Add(lines.Count > 0 ? " " + item : item);
            }
        }

        return string.Join('\n', lines);
    }
}
