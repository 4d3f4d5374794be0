using System.Diagnostics;
using Hotstack.Sandbox.Controllers;
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

    [Theory]
    [InlineData("demo", "--with-pwsh")]
    [InlineData("serve", "--speed")]
    public async Task A_verb_has_help(string verb, string option)
    {
        using var program = Start(verb, "--help");
        var said = await program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, program.ExitCode);
        Assert.StartsWith(verb, said, StringComparison.Ordinal);
        Assert.Contains(option, said, StringComparison.Ordinal);
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Behind_a_controller_the_kubeconfig_is_there_only_and_nothing_is_left_however_it_ends(bool isKilled)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        var stop = TestContext.Current.CancellationToken;
        using var program = Start("serve", "--machine-readable", "--scenario", "sno", "--behind-controller");
        var ready = (await program.StandardOutput.ReadLineAsync(stop) ?? "").Split(' ');
        Assert.Equal((7, "ready", "-"), (ready.Length, ready[0], ready[3]));
        Assert.Contains("OS::Nova::Server", await File.ReadAllTextAsync(ready[4], stop), StringComparison.Ordinal);
        var (bin, key) = (ready[5], ready[6]);
        var folder = Path.GetDirectoryName(bin)!;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, SshRun.ModeOf(folder));
        Assert.Equal([Path.Combine(folder, "home", ".kube", "config")], Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("current-context", StringComparison.Ordinal)));
        using var ssh = Start(Path.Combine(bin, "ssh"), ["-T", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=accept-new", "-i", key,
            "zuul@203.0.113.17", "grep current-context .kube/config; exec cat"]);
        Assert.Equal("current-context: hs-sno", await ssh.StandardOutput.ReadLineAsync(stop));
        if (isKilled)
        {
            program.Kill();
        }
        else
        {
            program.StandardInput.Close();
        }

        await program.WaitForExitAsync(stop);
        await ssh.WaitForExitAsync(stop);
        Assert.Equal(255, ssh.ExitCode);
        while (Directory.Exists(folder))
        {
            await Task.Delay(20, stop);
        }
    }

    [Theory]
    [InlineData("--behind-controller", "--kubeconfig=/k")]
    [InlineData("--behind-controller", "--scenario=empty")]
    [InlineData("--no-sshd", "--machine-readable")]
    [InlineData("--scenario=sno", "--template=/t.yaml")]
    [InlineData("--scenario=sno", "--parameter-file=/p.yaml")]
    [InlineData("--stack-name=hs", "--machine-readable")]
    public async Task What_does_not_go_together(string one, string other)
    {
        using var program = Start("serve", one, other);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, program.ExitCode);
    }

    [Fact]
    public async Task A_demo_with_a_PowerShell_is_none_without_one()
    {
        using var program = Start("demo", "--with-pwsh", "--no-pwsh");
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, program.ExitCode);
    }

    [Fact]
    public async Task The_hints_for_a_young_cluster_wait_for_its_certificates()
    {
        var stop = TestContext.Current.CancellationToken;
        using var program = Start("serve", "--scenario", "sno", "--cluster-age", "12h");
        var lines = new List<string>();
        while (await program.StandardOutput.ReadLineAsync(stop) is { } line && !line.StartsWith("Ctrl+C", StringComparison.Ordinal))
        {
            lines.Add(line);
        }

        program.Kill();
        Assert.Contains(lines, l => l.Trim() == "Wait-HotstackCluster CertificateRotation hs-sno -PollInterval 2s");
        await program.WaitForExitAsync(stop);
    }

    [Fact]
    public async Task Any_template_is_deployed_with_its_files_of_parameters_and_stays_where_it_is()
    {
        var stop = TestContext.Current.CancellationToken;
        using var program = Start("serve", "--machine-readable", "--template", Template("bare-metal.yaml"),
            "--parameter-file", Template("bootstrap_vars.yml"), "--parameter-file", Template("bare-metal-vars.yml"));
        var ready = (await program.StandardOutput.ReadLineAsync(stop) ?? "").Split(' ', 5);
        Assert.Equal(("ready", Template("bare-metal.yaml")), (ready[0], ready[4]));
        Assert.Contains("current-context: hs-of-our-own", await File.ReadAllTextAsync(ready[3], stop), StringComparison.Ordinal);
        program.StandardInput.Close();
        await program.WaitForExitAsync(stop);
        Assert.Equal(0, program.ExitCode);
        Assert.True(File.Exists(ready[4]));
    }

    [Theory]
    [InlineData("bare-metal.yaml", "controller_params")]
    [InlineData("notes.txt", "--template ")]
    [InlineData("no-such-file.yaml", "--template ")]
    public async Task A_template_that_cannot_be_deployed_ends_it_with_the_reason(string file, string why)
    {
        using var program = Start("serve", "--machine-readable", "--template", Template(file));
        var said = await program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, program.ExitCode);
        Assert.Contains(why, said, StringComparison.Ordinal);
        Assert.Contains(file, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    private static string Template(string file) =>
        Path.Combine(Repository.Root, "tests", "Hotstack.SnapSet.Tests", "Scenarios", "Templates", file);

    [Fact]
    public async Task The_hints_lead_to_the_controller()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        var stop = TestContext.Current.CancellationToken;
        using var program = Start("serve", "--behind-controller", "--no-sshd");
        var lines = new List<string>();
        while (await program.StandardOutput.ReadLineAsync(stop) is { } line && !line.StartsWith("Ctrl+C", StringComparison.Ordinal))
        {
            lines.Add(line);
        }

        program.Kill();
        Assert.DoesNotContain(lines, l => l.Contains("kubeconfig'", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("$env:KUBECONFIG = $null; $env:PATH = '", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("ssh zuul@203.0.113.17", StringComparison.Ordinal));
        await program.WaitForExitAsync(stop);
    }

    private static Process Start(string program, IEnumerable<string> args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    private static Process Start(params string[] args) => Start("dotnet", args.Prepend(typeof(SandboxServer).Assembly.Location));
}
