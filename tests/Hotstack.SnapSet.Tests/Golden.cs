using System.Text.RegularExpressions;
using Xunit;
using Xunit.v3;

namespace Hotstack;

/// <summary>The messages of errors, as Surface/messages.txt has them by test: so tests match ids, targets and fields, and a new wording
/// changes one file. With HOTSTACK_NEW_MESSAGES=1 the tests that run write theirs.</summary>
internal static partial class Golden
{
    private const string Separator = "\n  --\n";

    private static readonly string Path =
        System.IO.Path.Combine(Repository.Root, "tests", "Hotstack.SnapSet.Tests", "Surface", "messages.txt");

    private static readonly bool IsRewritten = Environment.GetEnvironmentVariable("HOTSTACK_NEW_MESSAGES") == "1";

    private static readonly Lock Gate = new();

    private static readonly SortedDictionary<string, SortedSet<string>> Entries = Read();

    private static readonly HashSet<string> Rewritten = [];

    /// <summary>The tests that have messages: <c>Namespace.Class.Method</c>.</summary>
    public static IReadOnlyCollection<string> Tests => Entries.Keys;

    /// <summary>Compares the error's id, message and hint with the agreed ones of this test, of which each row of a theory may have its own.</summary>
    /// <param name="error">The error.</param>
    /// <param name="varying">What differs from run to run in it, such as the id of a new SnapSet.</param>
    public static void Message(HotstackException error, params string?[] varying)
    {
        string text = Plain($"{error.Id}: {error.Message}" + (error.Hint is { } hint ? $"\n> {hint}" : ""), varying);
        IXunitTestMethod method = ((IXunitTest)TestContext.Current.Test!).TestMethod;
        string test = $"{method.TestClass.TestClassName}.{method.MethodName}";
        if (IsRewritten)
        {
            Rewrite(test, text);
        }

        Assert.True(Entries.TryGetValue(test, out SortedSet<string>? agreed),
            $"messages.txt lacks {test}. Run it with HOTSTACK_NEW_MESSAGES=1.");
        Assert.Contains(text, agreed);
    }

    private static void Rewrite(string test, string text)
    {
        lock (Gate)
        {
            if (Rewritten.Add(test))
            {
                Entries[test] = new(StringComparer.Ordinal);
            }

            Entries[test].Add(text);
            File.WriteAllText(Path, string.Concat(Entries.Select(entry =>
                $"{entry.Key}\n{string.Join(Separator, entry.Value.Select(message => "  " + message.Replace("\n", "\n  ", StringComparison.Ordinal)))}\n\n")));
        }
    }

    private static string Plain(string text, string?[] varying)
    {
        text = Changing().Replace(text.ReplaceLineEndings("\n").Replace("\n\n", "\n", StringComparison.Ordinal), "<id>")
            .Replace(System.IO.Path.GetTempPath(), "<tmp>/", StringComparison.Ordinal);
        text = Ports().Replace(Folders().Replace(SetIds().Replace(text, "$1<set>"), "hotstack-<tmp>"), "$1:<port>");
        text = SettleStep().Replace(Durations().Replace(text, "<time>"), "Settle: <either>");
        // Of members that are moved side by side any may fail first.
        text = text.Contains("SnapSet <set> was not ", StringComparison.Ordinal) ? Members().Replace(text, "<member>") : text;
        return varying.OfType<string>().Aggregate(text, (all, part) => all.Replace(part, "<set>", StringComparison.Ordinal));
    }

    private static SortedDictionary<string, SortedSet<string>> Read()
    {
        var entries = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        string text = File.Exists(Path) ? File.ReadAllText(Path).ReplaceLineEndings("\n") : "";
        foreach (string entry in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = entry.Split('\n', 2);
            entries[parts[0]] = new(
                parts[1].Split(Separator).Select(message => string.Join('\n', message.Split('\n').Select(line => line[2..]))),
                    StringComparer.Ordinal);
        }

        return entries;
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![0-9a-f])[0-9a-f]{32,}(?![0-9a-f])")]
    private static partial Regex Changing();

    [GeneratedRegex("hotstack-(?:[a-z]+-)*[A-Za-z0-9]{6}(?![A-Za-z0-9-])")]
    private static partial Regex Folders();

    /// <summary>The manual clock goes on while work is waited for.</summary>
    [GeneratedRegex(@"\b\d+ (?:s|min|h|d)\b(?: \d+ (?:s|min|h)\b)?")]
    private static partial Regex Durations();

    [GeneratedRegex(@"(SnapSet '?|\bhotstack-snapset-)[0-9a-z]{8}\b")]
    private static partial Regex SetIds();

    /// <summary>Whether a pause was needed depends on how far the manual clock went during the boot.</summary>
    [GeneratedRegex(@"Settle: [^;.]*")]
    private static partial Regex SettleStep();

    [GeneratedRegex(@"\b(?:controller|master\d|worker\d)\b")]
    private static partial Regex Members();

    [GeneratedRegex(@"(127\.0\.0\.1|localhost):\d+")]
    private static partial Regex Ports();
}
