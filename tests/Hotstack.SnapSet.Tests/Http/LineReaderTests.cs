using System.Text;
using Xunit;

namespace Hotstack.Http;

public sealed class LineReaderTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("one", "one")]
    [InlineData("one\n", "one")]
    [InlineData("one\r\ntwo", "one", "two")]
    [InlineData("\n\none\n", "", "", "one")]
    public async Task Lines_are_what_stands_between_their_ends(string text, params string[] lines) => Assert.Equal(lines, await ReadAllAsync(text));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Lines_of_any_usual_length_are_read_whole_however_they_come(int most)
    {
        string[] lines = [.. Enumerable.Range(0, 40).Select(i => new string((char)('a' + (i % 26)), i * 1000) + "é")];
        using var stream = new PiecemealStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)), most);

        Assert.Equal(lines, await ReadAllAsync(stream));
    }

    [Fact]
    public async Task A_line_without_end_is_given_up()
    {
        using var stream = new EndlessStream();
        using var reader = new LineReader(stream);

        var e = await Assert.ThrowsAsync<IOException>(() => reader.ReadAsync(Stop));

        Assert.Contains("a line of more than", e.Message, StringComparison.Ordinal);
        Assert.InRange(stream.Given, LineReader.Longest, LineReader.Longest + (1 << 20));
    }

    private static Task<List<string>> ReadAllAsync(string text) => ReadAllAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static async Task<List<string>> ReadAllAsync(Stream stream)
    {
        using var reader = new LineReader(stream);
        var lines = new List<string>();
        while (await reader.ReadAsync(Stop) is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }

    /// <summary>Gives no more than so many bytes at once.</summary>
    private sealed class PiecemealStream(byte[] content, int most) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(most, buffer.Length)], cancellationToken);
    }

    private sealed class EndlessStream : MemoryStream
    {
        public long Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'x');
            Given += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
