using Xunit;

namespace Hotstack.Playbooks;

public sealed class PlaybookEventsTests
{
    private readonly List<string> _log = [];

    [Fact]
    public void Lines_go_to_the_log_and_events_do_not()
    {
        PlaybookEvents events = Read(
            "PLAY [all]", """MARK{"event": "task", "task": "a : b"}""", """prompt: MARK{"event": "ok", "changed": true}""", "MARK no json", "");

        Assert.Equal(["PLAY [all]", "prompt: ", ""], _log);
        Assert.Equal(("a : b", 1, 1), (events.Task, events.Tasks, events.Changes));
    }

    [Theory]
    [InlineData("""{"event": "retry", "attempt": 12, "of": 60}""", "attempt 12 of 60")]
    [InlineData("""{"event": "task", "task": "next"}""", null)]
    [InlineData("""{"event": "news"}""", null)]
    public void An_attempt_is_told_until_the_next_task(string line, string? attempt) => Assert.Equal(attempt, Read("MARK" + line).Attempt);

    [Theory]
    [InlineData("""{"event": "failed", "task": "t", "host": "h", "message": "line 1\nline 2"}""", "line 1 line 2")]
    [InlineData("""{"event": "failed", "task": "t", "host": "h", "message": "password: 'hunter22'"}""", "password: ***")]
    [InlineData("""{"event": "failed", "task": "t", "host": "h", "message": "\u001b[2J"}""", "`u{1b}[2J")]
    [InlineData("""{"event": "failed", "task": "t", "host": "h"}""", "")]
    public void A_failure_is_one_line_without_secrets(string line, string message) =>
        Assert.Equal(new PlaybookFailure("t", "h", message, false), Read("MARK" + line).Failure);

    /// <summary>A text that is cut first holds only a part of the secret.</summary>
    [Fact]
    public void A_secret_is_hidden_before_a_message_is_cut()
    {
        string before = new('x', 596);

        PlaybookEvents events = Read(
            $$"""MARK{"event": "failed", "task": "use hide me", "host": "h", "message": "{{before}}hide me and more"}""",
            $"ERROR! {before}hide me and more", """MARK{"event": "task", "task": "b : hide me"}""");

        Assert.Equal(new PlaybookFailure("use ***", "h", before + "*** …", false), events.Failure);
        Assert.StartsWith(before + "***", events.Errors, StringComparison.Ordinal);
        Assert.Equal("b : ***", events.Task);
    }

    [Fact]
    public void Of_a_loop_the_item_tells_the_reason() => Assert.Equal(
        new PlaybookFailure("t", "h", "no such file", false),
        Read(
            """MARK{"event": "task", "task": "t"}""", """MARK{"event": "item", "message": "no such file"}""",
            """MARK{"event": "failed", "task": "t", "host": "h", "message": "One or more items failed"}""").Failure);

    [Fact]
    public void A_host_that_is_not_reached_is_told() =>
        Assert.True(Read("""MARK{"event": "unreachable", "task": "t", "host": "h", "message": "no route"}""").Failure!.IsUnreachable);

    [Theory]
    [InlineData("ERROR! the playbook: x could not be found", "the playbook: x could not be found")]
    [InlineData("[ERROR]: 'y' is undefined", "'y' is undefined")]
    public void An_error_before_the_first_task_is_kept(string line, string error) => Assert.Equal(error, Read(line).Errors);

    private PlaybookEvents Read(params string[] lines)
    {
        var events = new PlaybookEvents(_log.Add, _ => { }, text => text.Replace("hide me", "***", StringComparison.Ordinal));
        foreach (string line in lines)
        {
            events.Take(line.Replace("MARK", events.Mark, StringComparison.Ordinal));
        }

        return events;
    }
}
