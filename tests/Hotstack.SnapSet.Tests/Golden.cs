using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Hotstack;

/// <summary>The messages of errors, as Surface/messages.txt has them: by test, so that a test matches ids, targets and fields, and a new
/// wording changes one file. HOTSTACK_NEW_MESSAGES=1 writes the messages of the tests that run into it.</summary>
internal static partial class Golden
{
    private static readonly string Path =
        System.IO.Path.Combine(Repository.Root, "tests", "Hotstack.SnapSet.Tests", "Surface", "messages.txt");

    private static readonly bool IsRewritten = Environment.GetEnvironmentVariable("HOTSTACK_NEW_MESSAGES") == "1";

    private static readonly Lock Gate = new();

    private static readonly Lazy<SortedDictionary<string, string>> Entries = new(Read);

    /// <summary>The tests that have messages: <c>Namespace.Class.Method(arguments)</c>.</summary>
    public static IEnumerable<string> Tests => Entries.Value.Keys;

    /// <summary>Compares the error's id, message and hint with the agreed ones of this test.</summary>
    /// <param name="error">The error.</param>
    /// <param name="varying">What differs from run to run in it, such as the id of a new SnapSet.</param>
    public static void Message(HotstackException error, params string?[] varying)
    {
        string text = Plain($"{error.Id}: {error.Message}" + (error.Hint is { } hint ? $"\n> {hint}" : ""), varying);
        string test = TestContext.Current.Test!.TestDisplayName;
        lock (Gate)
        {
            if (IsRewritten)
            {
                Entries.Value[test] = text;
                Write();
            }

            Assert.True(Entries.Value.TryGetValue(test, out string? agreed), $"messages.txt has nothing for {test}; HOTSTACK_NEW_MESSAGES=1 adds it");
            Assert.Equal(agreed, text);
        }
    }

    private static string Plain(string text, string?[] varying)
    {
        text = Changing().Replace(text.ReplaceLineEndings("\n"), "<id>").Replace(System.IO.Path.GetTempPath(), "<tmp>/", StringComparison.Ordinal);
        text = Ports().Replace(Folders().Replace(text, "hotstack-<tmp>"), "127.0.0.1:<port>");
        return varying.OfType<string>().Aggregate(text, (all, part) => all.Replace(part, "<set>", StringComparison.Ordinal));
    }

    private static SortedDictionary<string, string> Read()
    {
        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        string text = File.Exists(Path) ? File.ReadAllText(Path).ReplaceLineEndings("\n") : "";
        foreach (string entry in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = entry.Trim('\n').Split('\n', 2);
            entries[parts[0]] = string.Join('\n', parts[1].Split('\n').Select(line => line[2..]));
        }

        return entries;
    }

    private static void Write()
    {
        var text = new StringBuilder();
        foreach ((string test, string message) in Entries.Value)
        {
            text.Append(test.ReplaceLineEndings("\\n")).Append("\n  ").Append(message.Replace("\n", "\n  ", StringComparison.Ordinal)).Append("\n\n");
        }

        File.WriteAllText(Path, text.ToString());
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![0-9a-f])[0-9a-f]{32,}(?![0-9a-f])")]
    private static partial Regex Changing();

    [GeneratedRegex("hotstack-(?:[a-z]+-)*[A-Za-z0-9]{6}(?![A-Za-z0-9-])")]
    private static partial Regex Folders();

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Ports();
}
