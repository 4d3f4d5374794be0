using System.Diagnostics;
using Xunit;

namespace Hotstack.Sandbox;

public class ProgramTests
{
    private static readonly string[] Options = ["--scenario", "--port"];
    private static readonly string[] Flags = ["--flag"];

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

    [Theory]
    [InlineData("nope", 2)]
    [InlineData("help", 0)]
    public async Task Verbs(string verb, int code)
    {
        using var program = Start(verb);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(code, program.ExitCode);
    }

    [Fact]
    public async Task It_serves_until_its_input_ends_and_leaves_nothing()
    {
        var stop = TestContext.Current.CancellationToken;
        using var program = Start("serve", "--machine-readable", "--scenario", "sno");
        var ready = (await program.StandardOutput.ReadLineAsync(stop) ?? "").Split(' ', 3);
        Assert.Equal("ready", ready[0]);
        Assert.Contains("sandbox-appcred:", await File.ReadAllTextAsync(ready[2], stop), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ready[2]));
        }

        using (var http = new HttpClient())
        {
            Assert.Contains("hs-sno", await http.GetStringAsync(new Uri(ready[1] + "sandbox/state"), stop), StringComparison.Ordinal);
        }

        program.StandardInput.Close();
        await program.WaitForExitAsync(stop);
        Assert.Equal(0, program.ExitCode);
        Assert.False(File.Exists(ready[2]));
    }

    private static Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(SandboxServer).Assembly.Location);
        Array.ForEach(args, start.ArgumentList.Add);
        return Process.Start(start)!;
    }
}
