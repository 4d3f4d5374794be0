using System.Diagnostics;
using Xunit;

namespace Hotstack.Sandbox;

public class ProgramTests
{
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
        var ready = (await program.StandardOutput.ReadLineAsync(stop) ?? "").Split(' ', 5);
        Assert.Equal("ready", ready[0]);
        Assert.Contains("sandbox-appcred:", await File.ReadAllTextAsync(ready[2], stop), StringComparison.Ordinal);
        Assert.Contains("current-context: hs-sno", await File.ReadAllTextAsync(ready[3], stop), StringComparison.Ordinal);
        Assert.Contains("OS::Nova::Server", await File.ReadAllTextAsync(ready[4], stop), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in ready[2..])
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }

        using (var http = new HttpClient())
        {
            Assert.Contains("hs-sno", await http.GetStringAsync(new Uri(ready[1] + "sandbox/state"), stop), StringComparison.Ordinal);
        }

        program.StandardInput.Close();
        await program.WaitForExitAsync(stop);
        Assert.Equal(0, program.ExitCode);
        Assert.All(ready[2..], file => Assert.False(File.Exists(file)));
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
