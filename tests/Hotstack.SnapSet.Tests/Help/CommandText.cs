using System.Text.RegularExpressions;

namespace Hotstack.Help;

/// <summary>Finds the calls of our cmdlets in code of PowerShell, as far as examples go.</summary>
internal static partial class CommandText
{
    /// <summary>Each cmdlet that is called, with the parameters that it gets by name.</summary>
    public static IReadOnlyList<(string Cmdlet, IReadOnlyList<string> Parameters)> CallsIn(string code)
    {
        var calls = new List<(string Cmdlet, List<string> Parameters)>();
        var outer = new Stack<int?>();
        int? current = null;
        foreach (Match token in Token().Matches(code))
        {
            string text = token.Value;
            switch (text)
            {
                case "{" or "(":
                    outer.Push(current);
                    current = null;
                    break;
                case "}" or ")":
                    current = outer.TryPop(out int? before) ? before : null;
                    break;
                case ['|', ..] or ";" or "\n":
                    current = null;
                    break;
                case ['-', >= 'A' and <= 'Z', ..] when current is { } index:
                    calls[index].Parameters.Add(text[1..].Split(':')[0]);
                    break;
                case var name when Cmdlet().IsMatch(name):
                    calls.Add((name, []));
                    current = calls.Count - 1;
                    break;
                default:
                    break;
            }
        }

        return [.. calls.Select(c => (c.Cmdlet, (IReadOnlyList<string>)c.Parameters))];
    }

    /// <summary>Text in quotes and comments as a whole, a line that goes on as nothing, words, and what parts commands.</summary>
    [GeneratedRegex(@"'(?:[^']|'')*'|""[^""]*""|\#[^\n]*|`\n|\|[ ]*\n|[-\w.*:$/]+|[{}()|;\n]")]
    private static partial Regex Token();

    [GeneratedRegex(@"\A[A-Z]\w+-Hotstack\w+\z")]
    private static partial Regex Cmdlet();
}
