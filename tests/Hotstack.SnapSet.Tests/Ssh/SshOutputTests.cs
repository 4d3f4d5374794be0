using Xunit;

namespace Hotstack.Ssh;

public class SshOutputTests
{
    private const string Mark = "hotstack-0123456789abcdef";

    private const string Kubeconfig = "apiVersion: v1\n# hotstack-0123456789abcde\n hotstack-0123456789abcdeg 0\n\nkind: Config\n";

    private static readonly RemoteCommand Reading = new(Mark, "~/.kube/config");

    [Theory]
    [InlineData("")]
    [InlineData("Welcome!\n")]
    [InlineData("no end of line ")]
    public async Task The_frame_is_found_however_it_is_cut(string noise)
    {
        string text = $"{noise}{Mark}\n{Kubeconfig}\n{Mark} 0\n";
        for (int cut = 1; cut < text.Length; cut++)
        {
            await ReadsAsync(text[..cut], text[cut..]);
        }

        await ReadsAsync([.. text.Select(sign => sign.ToString())]);
    }

    [Theory]
    [InlineData("", "0", true)]
    [InlineData("\n", "0", true)]
    [InlineData("cat: /x: No such file or directory\n", "1", false)]
    [InlineData("part of a secret", "1", false)]
    [InlineData("x", "00", false)]
    [InlineData("x", "", false)]
    public void A_file_ends_with_the_code_of_cat(string content, string code, bool isRead)
    {
        RemoteFile? file = RemoteFile.OrNull($"{Mark}\n{content}\n{Mark} {code}\n", Mark);

        Assert.Equal((content, isRead), (file?.Text, file?.IsRead));
    }

    [Theory]
    [InlineData("")]
    [InlineData(Mark)]
    [InlineData(Mark + "\n")]
    [InlineData(Mark + "\nx\n" + Mark + " ")]
    [InlineData(Mark + "\nx\n" + Mark + " 0")]
    [InlineData(Mark + " 0\n")]
    [InlineData("\n" + Mark + " 0\n" + Mark + "\nx")]
    public void A_frame_without_its_end_is_no_file(string output) => Assert.Null(RemoteFile.OrNull(output, Mark));

    [Fact]
    public async Task A_session_without_a_file_begins_with_its_mark()
    {
        var output = new SshOutput(new RemoteCommand(Mark, null));

        await output.ReadOutputAsync(new Parts("Welcome ", Mark[..5], Mark[5..], "\n"));

        Assert.True(output.Ready.IsCompletedSuccessfully);
        Assert.Null(await output.Ready);
        Assert.Empty(output.Messages);
    }

    [Fact]
    public async Task A_login_shell_that_says_something_else_is_quoted()
    {
        var output = new SshOutput(Reading);

        await output.ReadOutputAsync(new Parts("one\ntwo\n\nthis account is ", "not available\n", "bye\n"));

        Assert.False(output.Ready.IsCompleted);
        Assert.Equal(["two", "this account is not available", "bye"], output.Messages);
    }

    [Fact]
    public async Task A_file_that_breaks_off_is_not_quoted()
    {
        var output = new SshOutput(Reading);

        await output.ReadOutputAsync(new Parts($"{Mark}\ntoken: secret\n"));

        Assert.False(output.Ready.IsCompleted);
        Assert.Empty(output.Messages);
    }

    [Fact]
    public async Task A_file_without_an_end_is_too_large()
    {
        var output = new SshOutput(Reading);
        var endless = new Parts([Mark + "\n", .. Enumerable.Repeat(new string('\0', 10_000), 1000)]);

        await output.ReadOutputAsync(endless);

        RemoteFile file = (await output.Ready)!;
        Assert.False(file.IsRead);
        Assert.Contains("too large", file.Text, StringComparison.Ordinal);
        Assert.True(file.Text.Length < 100);
    }

    [Fact]
    public async Task A_large_file_in_small_parts_is_read_once()
    {
        string content = new('x', 1_000_000);
        var output = new SshOutput(Reading);

        // Looking at all of it at each part would take minutes.
        await output.ReadOutputAsync(new Parts([Mark + "\n", .. content.Chunk(20).Select(part => new string(part)), $"\n{Mark} 0\n"]));

        Assert.Equal(content, (await output.Ready)!.Text);
    }

    [Fact]
    public async Task Messages_are_lines_and_bounded()
    {
        var output = new SshOutput(Reading);

        await output.ReadMessagesAsync(new Parts("first\r\nsec", "ond\n\n  \n", new string('x', 100_000), "\nlast"));

        Assert.Equal(["first", "second", new string('x', 500), "last"], output.Messages);
        Assert.Equal("last", output.LastMessage);
        for (int i = 0; i < 200; i++)
        {
            await output.ReadMessagesAsync(new StringReader($"{i}\n"));
        }

        Assert.Equal(100, output.Messages.Count);
        Assert.Equal("199", output.LastMessage);
    }

    [Fact]
    public async Task A_refusal_is_reported_to_who_waits_for_it()
    {
        var output = new SshOutput(Reading);
        Task next = output.NextRefusal;

        await output.ReadMessagesAsync(new StringReader("Welcome to channel 3: open failed: no\nchannel x\n"));
        Assert.False(next.IsCompleted);
        await output.ReadMessagesAsync(new StringReader("channel 2: open failed: connect failed: Connection refused\r\n"));

        Assert.True(next.IsCompletedSuccessfully);
        Assert.False(output.NextRefusal.IsCompleted);
        Assert.Equal("connect failed: Connection refused", output.LastRefusal);
    }

    private static async Task ReadsAsync(params string[] parts)
    {
        var output = new SshOutput(Reading);
        await output.ReadOutputAsync(new Parts(parts));
        Assert.True(output.Ready.IsCompletedSuccessfully);
        Assert.Equal((Kubeconfig, true), ((await output.Ready)!.Text, (await output.Ready)!.IsRead));
    }

    /// <summary>A pipe that gives one part at each read.</summary>
    private sealed class Parts(params string[] parts) : TextReader
    {
        private readonly Queue<string> _parts = new(parts.Where(part => part.Length > 0));

        public override ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
        {
            if (!_parts.TryDequeue(out string? part))
            {
                return ValueTask.FromResult(0);
            }

            int length = Math.Min(part.Length, buffer.Length);
            part.AsSpan(0, length).CopyTo(buffer.Span);
            if (length < part.Length)
            {
                string[] rest = [part[length..], .. _parts];
                _parts.Clear();
                Array.ForEach(rest, _parts.Enqueue);
            }

            return ValueTask.FromResult(length);
        }

        public override Task<int> ReadAsync(char[] buffer, int index, int count) => ReadAsync(buffer.AsMemory(index, count)).AsTask();
    }
}
