using System.Security.Cryptography;
using System.Text.Json;

namespace Hotstack.Playbooks;

/// <summary>A failure that Ansible told.</summary>
/// <param name="Task">The task, with its role: <c>controller : Wait for it</c>.</param>
/// <param name="Host">The host on which it ran.</param>
/// <param name="Message">The module's message.</param>
/// <param name="IsUnreachable">The host was not reached.</param>
internal sealed record PlaybookFailure(string Task, string Host, string Message, bool IsUnreachable);

/// <summary>Reads the output of ansible-playbook: events of our plugin, and lines for the log.</summary>
internal sealed class PlaybookEvents
{
    /// <summary>Nobody reads a longer message; the log has all of it.</summary>
    private const int LongestMessage = 600;

    private readonly Action<string> _log;
    private readonly Action<PlaybookEvents> _onChange;
    private readonly Func<string, string> _hide;
    private readonly List<string> _errors = [];
    private string _itemMessage = "";

    /// <param name="log">Receives each line that is no event, as it is.</param>
    /// <param name="onChange">Called after each event that people want to see.</param>
    /// <param name="hide">Hides secrets in what is shown: of a text that was cut or made one line, it would not find all.</param>
    public PlaybookEvents(Action<string> log, Action<PlaybookEvents> onChange, Func<string, string> hide) =>
        (_log, _onChange, _hide) = (log, onChange, hide);

    /// <summary>Before each event; random, so that no text of a playbook is taken for an event.</summary>
    public string Mark { get; } = $"hotstack-{RandomNumberGenerator.GetHexString(24)} ";

    /// <summary>The task that runs; empty before the first.</summary>
    public string Task { get; private set; } = "";

    /// <summary>How often the task was tried: <c>attempt 12 of 60</c>; null if it was not repeated.</summary>
    public string? Attempt { get; private set; }

    /// <summary>The tasks that succeeded, by host.</summary>
    public int Tasks { get; private set; }

    /// <summary>Those of them that changed something.</summary>
    public int Changes { get; private set; }

    /// <summary>The last failure; a playbook may continue after one.</summary>
    public PlaybookFailure? Failure { get; private set; }

    /// <summary>The last result, if results are asked for.</summary>
    public JsonElement? Result { get; private set; }

    /// <summary>What Ansible complained of without a task: a file that it cannot read.</summary>
    public string Errors => Shortened(_hide(string.Join(' ', _errors)));

    /// <summary>Takes one line of output.</summary>
    public void Take(string line)
    {
        int at = line.IndexOf(Mark, StringComparison.Ordinal);
        string text = at < 0 ? line : line[..at];
        if (at < 0 || text.Length > 0)
        {
            _log(text);
            TakeError(text);
        }

        if (at >= 0 && Parse(line[(at + Mark.Length)..]) is { } told)
        {
            TakeEvent(told);
        }
    }

    /// <summary>Ansible writes such an error in several lines, the first of which begins so.</summary>
    private void TakeError(string line)
    {
        const int most = 6;
        bool isFirst = line.StartsWith("ERROR!", StringComparison.Ordinal) || line.StartsWith("[ERROR]:", StringComparison.Ordinal);
        if (isFirst || (_errors.Count is > 0 and < most && line.Trim().Length > 0))
        {
            _errors.Add((isFirst ? line[(line.IndexOfAny(['!', ':']) + 1)..] : line).Trim());
        }
    }

    private static JsonElement? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void TakeEvent(JsonElement told)
    {
        switch (told.Text("event"))
        {
            case "task":
                (Task, Attempt, _itemMessage) = (NameOf(told) ?? "", null, "");
                break;
            case "retry":
                Attempt = $"attempt {Number(told, "attempt")} of {Number(told, "of")}";
                break;
            case "item":
                _itemMessage = told.Text("message") ?? "";
                return;
            case "ok":
                Tasks++;
                Changes += told.Field("changed") is { ValueKind: JsonValueKind.True } ? 1 : 0;
                Result = told.Field("result");
                return;
            case "failed" or "unreachable":
                Failure = new PlaybookFailure(
                    NameOf(told) ?? Task, told.Text("host") ?? "", MessageOf(told), told.Text("event") == "unreachable");
                return;
            default:
                return;
        }

        _onChange(this);
    }

    private string? NameOf(JsonElement told) => told.Text("task") is { } name ? _hide(name) : null;

    /// <summary>Of a task with a loop, the message only says that an item failed.</summary>
    private string MessageOf(JsonElement told) =>
        Shortened(LikelySecrets.Hide(_hide(_itemMessage.Length > 0 ? _itemMessage : told.Text("message") ?? "")));

    private static string Number(JsonElement told, string name) => told.Field(name)?.ToString() ?? "?";

    private static string Shortened(string text)
    {
        string line = DisplayText.OfProse(text).ToString();
        return line.Length <= LongestMessage ? line : line[..LongestMessage] + "…";
    }
}
