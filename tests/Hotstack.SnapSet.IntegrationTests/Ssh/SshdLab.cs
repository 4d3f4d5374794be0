using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Xunit;

namespace Hotstack.Ssh;

/// <summary>The machine's own sshd on a port of loopback, with the keys and the home of a test, and an <c>ssh</c> with a config of the
/// test.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SshdLab : IAsyncDisposable
{
    public const string Id = "11111111-2222-3333-4444-555555555555";

    private const string ChildVariable = "HOTSTACK_TEST_SSHD";

    private readonly TcpListener _echo = new(IPAddress.Loopback, 0);
    private readonly int _port;
    private Process? _sshd;

    private SshdLab()
    {
        _port = FreePort();
        Target = new SshTarget("127.0.0.1") { User = Environment.UserName, Port = _port, KeyFile = PathOf("id") };
        _echo.Start();
        _ = EchoAsync();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public string Folder { get; } = Directory.CreateTempSubdirectory("hotstack-lab-").FullName;

    /// <summary>The home of the user on the controller.</summary>
    public string Home => PathOf("home");

    /// <summary>The ssh of the test.</summary>
    public string Program => PathOf("ssh");

    public KnownHosts Known => new(PathOf("known"));

    /// <summary>A server that only the controller is to reach; it sends back what it gets.</summary>
    public DnsEndPoint Echo => new("localhost", ((IPEndPoint)_echo.LocalEndpoint).Port);

    public SshTarget Target { get; }

    public SshTarget Pinned => Target with { Pinned = new PinnedHost(Id, Known) };

    public RecordingActivity Activity { get; } = new();

    /// <summary>The processes whose arguments name the folder of a forward, by their ids.</summary>
    public static IReadOnlyList<int> ProcessesOf(string folder) => [.. Directory.GetDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), out int id) ? id : 0)
        .Where(id => id > 0 && Read($"/proc/{id}/cmdline").Contains(folder, StringComparison.Ordinal))];

    public static string[] ArgumentsOf(int id) => Read($"/proc/{id}/cmdline").Split('\0');

    /// <summary>Starts a sshd; skips the test where there is none.</summary>
    /// <param name="config">More lines of its config; they have precedence.</param>
    /// <param name="shell">The login shell of its user.</param>
    public static async Task<SshdLab> StartAsync(string config = "", string shell = "exec /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"")
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The lab reads /proc.");
        Assert.SkipUnless(File.Exists("/usr/sbin/sshd"), "There is no sshd on this machine.");
        Assert.SkipUnless(File.Exists("/usr/bin/ssh") && File.Exists("/usr/bin/ssh-keygen"), "There is no ssh on this machine.");
        var lab = new SshdLab();
        try
        {
            Directory.CreateDirectory(lab.PathOf("home/.kube"));
            await File.WriteAllTextAsync(lab.PathOf("home/.kube/config"), "kind: Config\n", Stop);
            await File.WriteAllTextAsync(lab.PathOf("ssh_config"), "", Stop);
            await lab.KeyAsync("id", "");
            lab.Authorize("id");
            await lab.KeyAsync("host", "");
            lab.Script("login", $"#!/bin/sh\nHOME='{lab.Home}'; export HOME; cd /\n{shell}\n");
            lab.UseProgram($"exec /usr/bin/ssh -F '{lab.PathOf("ssh_config")}' \"$@\"");
            await lab.StartSshdAsync(config);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Lines of the user's ssh config for the controller.</summary>
    public void Configure(string lines) => File.WriteAllText(PathOf("ssh_config"), $"Host *\n{lines}\n");

    /// <summary>A shell script in place of ssh.</summary>
    public void UseProgram(string script) => Script("ssh", $"#!/bin/sh\n{script}\n");

    public async Task<HostKey> KeyAsync(string name, string passphrase)
    {
        await RunAsync("/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", PathOf(name));
        return PublicKey(name);
    }

    /// <summary>Lets a key in.</summary>
    public void Authorize(string name) => File.AppendAllText(PathOf("authorized"), File.ReadAllText(PathOf(name + ".pub")));

    /// <summary>Runs one explicit test of this program in a process of its own.</summary>
    public Process StartChild(string test, bool hasTerminal = false)
    {
        string program = Path.ChangeExtension(typeof(SshdLab).Assembly.Location, null);
        string[] arguments = ["-noLogo", "-noColor", "-explicit", "only", "-method", test];
        var start = new ProcessStartInfo(hasTerminal ? "/usr/bin/script" : program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        Array.ForEach(
            hasTerminal ? ["-qec", $"'{program}' {string.Join(' ', arguments)}", "/dev/null"] : arguments, start.ArgumentList.Add);
        start.Environment[ChildVariable] = $"{_port} {Folder}";
        return Process.Start(start)!;
    }

    /// <summary>The target of the test that started this process.</summary>
    public static SshTarget TargetOfParent()
    {
        string? said = Environment.GetEnvironmentVariable(ChildVariable);
        Assert.SkipWhen(said is null, "Another test starts this one.");
        string[] words = said.Split(' ', 2);
        return new SshTarget("127.0.0.1")
        {
            User = Environment.UserName,
            Port = int.Parse(words[0], CultureInfo.InvariantCulture),
            KeyFile = Path.Combine(words[1], "id"),
            Pinned = new PinnedHost(Id, new KnownHosts(Path.Combine(words[1], "known"))),
        };
    }

    public HostKey PublicKey(string name) => HostKey.OrNull(File.ReadAllText(PathOf(name + ".pub")))!;

    public async Task StartSshdAsync(string config = "")
    {
        await File.WriteAllTextAsync(PathOf("sshd_config"), $"""
            {config}
            ListenAddress 127.0.0.1:{_port}
            HostKey {PathOf("host")}
            AuthorizedKeysFile {PathOf("authorized")}
            StrictModes no
            PermitRootLogin yes
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            MaxSessions 200
            PidFile none
            ForceCommand {PathOf("login")}

            """, Stop);
        var start = new ProcessStartInfo("/usr/sbin/sshd") { RedirectStandardError = true };
        Array.ForEach(["-D", "-e", "-f", PathOf("sshd_config")], start.ArgumentList.Add);
        _sshd = Process.Start(start)!;
        Task<string> said = _sshd.StandardError.ReadToEndAsync(Stop);
        while (!await ListensAsync())
        {
            Assert.SkipWhen(_sshd.HasExited, $"sshd does not run here: {(_sshd.HasExited ? await said : "")}");
            await Task.Delay(20, Stop);
        }
    }

    /// <summary>Ends sshd and its sessions.</summary>
    public void StopSshd()
    {
        _sshd?.Kill(entireProcessTree: true);
        _sshd?.WaitForExit();
        _sshd?.Dispose();
        _sshd = null;
    }

    /// <summary>Sends a signal to the sessions of sshd.</summary>
    public async Task SignalSessionsAsync(string signal)
    {
        string[] sessions = [.. Directory.GetDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _))
            .Where(path => Read(path + "/stat").Split(") ").Last().Split(' ') is [_, var parent, ..]
                && parent == _sshd!.Id.ToString(CultureInfo.InvariantCulture)).Select(path => Path.GetFileName(path)!)];
        Assert.NotEmpty(sessions);
        await RunAsync("/bin/kill", [signal, .. sessions]);
    }

    public static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(Stop);
        Assert.Equal(0, process.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        StopSshd();
        _echo.Dispose();
        await Task.Yield();
        Directory.Delete(Folder, recursive: true);
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private void Script(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        File.SetUnixFileMode(PathOf(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<bool> ListensAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _port, Stop);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task SendBackAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await client.GetStream().CopyToAsync(client.GetStream(), CancellationToken.None);
            }
            catch (IOException)
            {
                // The connection was lost.
            }
        }
    }

    private async Task EchoAsync()
    {
        try
        {
            while (true)
            {
                _ = SendBackAsync(await _echo.AcceptTcpClientAsync(CancellationToken.None));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }
}
