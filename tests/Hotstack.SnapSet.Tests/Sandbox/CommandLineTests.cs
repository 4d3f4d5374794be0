using Xunit;

namespace Hotstack.Sandbox;

public sealed class CommandLineTests
{
    private static readonly string[] Options = ["--scenario", "--port"];
    private static readonly string[] Flags = ["--flag"];
    private static readonly string[] Age = ["--age"];

    [Theory]
    [InlineData("--port=x")]
    [InlineData("--port=70000")]
    [InlineData("--port")]
    [InlineData("--nope")]
    [InlineData("--scenario=big")]
    [InlineData("stray")]
    public void A_wrong_option_is_said(params string[] args) => Assert.Throws<UsageException>(() =>
    {
        var line = new CommandLine(args, Options, Flags);
        line.Port("--port");
        line.Choice("--scenario", Scenario.Multi);
    });

    [Fact]
    public void Options_are_read()
    {
        var line = new CommandLine(["--scenario", "SNO", "--port=5", "--flag"], Options, Flags);
        Assert.Equal((Scenario.Sno, 5, true), (line.Choice("--scenario", Scenario.Multi), line.Port("--port"), line.Has("--flag")));
    }

    [Fact]
    public void An_option_may_be_repeated()
    {
        var line = new CommandLine(["--port", "5", "--port=7"], Options, Flags);
        Assert.Equal(["5", "7"], line.Texts("--port"));
        Assert.Equal("7", line.Text("--port"));
        Assert.Empty(line.Texts("--scenario"));
    }

    [Theory]
    [InlineData("40d", 40 * 24 * 60)]
    [InlineData("1.5h", 90)]
    [InlineData("10m", 10)]
    public void A_duration_is_read(string text, double minutes)
    {
        Assert.Equal(TimeSpan.FromMinutes(minutes), new CommandLine(["--age=" + text], Age, []).Duration("--age", default));
    }

    [Theory]
    [InlineData("40")]
    [InlineData("d")]
    [InlineData("-1d")]
    [InlineData("1w")]
    public void A_wrong_duration_is_said(string text) =>
        Assert.Throws<UsageException>(() => new CommandLine(["--age=" + text], Age, []).Duration("--age", default));
}
