using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hotstack.Sandbox.Controllers.Client;

/// <summary>
/// <c>ssh-client</c>: stands in for OpenSSH's client where there is no sshd. It says and returns what that does, asks the sandbox as if it
/// were the controller, and runs the command here.
/// </summary>
internal sealed partial class SshClientCommand : IDisposable
{
    public const string Verb = "ssh-client";

    public const string Help = $"{Verb}                what `serve --behind-controller` puts in the place of ssh where there is no sshd";

    /// <summary>What ssh returns for all errors of its own.</summary>
    private const int Failed = 255;

    private readonly CommandLine _line;
    private readonly SshArguments _ssh;
    private readonly CancellationTokenSource _lost = new();

    private SshClientCommand(CommandLine line, SshArguments ssh) => (_line, _ssh) = (line, ssh);

    private IPEndPoint Door => new(IPAddress.Loopback, _line.Port("--door"));

    public static async Task<int> RunAsync(string[] args)
    {
        var end = Array.IndexOf(args, "--");
        if (end < 0)
        {
            throw new UsageException("ssh's own arguments come after a '--'");
        }

        var line = new CommandLine(args[..end], ["--door", "--home", "--key", "--known-hosts"], []);
        if (args[(end + 1)..] is ["-V"])
        {
            Say("OpenSSH_9.2p1, the sandbox's own");
            return 0;
        }

        if (SshArguments.Read(args[(end + 1)..]) is not { } ssh)
        {
            Say("usage: ssh [-D [bind_address:]port] [-i identity_file] [-l login_name] [-o option] [-p port] destination [command]");
            return Failed;
        }

        using var client = new SshClientCommand(line, ssh);
        return await client.RunAsync();
    }

    public void Dispose() => _lost.Dispose();

    /// <summary>What a key file is known by.</summary>
    internal static string HashOf(byte[] keyFile) => Convert.ToHexString(SHA256.HashData(keyFile));

    /// <summary>As ssh does: to standard error, with a carriage return.</summary>
    internal static void Say(string text) => Console.Error.Write(text + "\r\n");

    private async Task<int> RunAsync()
    {
        var identities = new JsonArray();
        foreach (var file in _ssh.Identities.Append(_line.Text("--key")).OfType<string>())
        {
            if (File.Exists(file))
            {
                identities.Add(HashOf(await File.ReadAllBytesAsync(file)));
            }
            else
            {
                await Console.Error.WriteAsync($"Warning: Identity file {file} not accessible: No such file or directory.\n");
            }
        }

        using var tcp = new TcpClient { NoDelay = true };
        if (await ConnectAsync(tcp) is not { } host)
        {
            return Failed;
        }

        var keys = ((JsonArray)host["keys"]!).Select(k => (string)k!).ToList();
        var verdict = new KnownHosts(_ssh["HostKeyAlias"] ?? _ssh.Host, KnownHostsFiles(), _ssh["StrictHostKeyChecking"] ?? "ask")
            .Judge(keys);
        foreach (var said in verdict.Said)
        {
            Say(said);
        }

        if (!verdict.IsTrusted)
        {
            return Failed;
        }

        var user = _ssh.User ?? (string?)host["user"] ?? Environment.UserName;
        await DoorLines.WriteAsync(tcp.GetStream(), new JsonObject { ["user"] = user, ["identities"] = identities }, default);
        if (await DoorLines.ReadAsync(tcp.GetStream(), default) is not { } answer)
        {
            Say($"Connection closed by {_ssh.Host} port {_ssh.Port}");
            return Failed;
        }

        if ((string?)answer["state"] != "ok")
        {
            Say($"{user}@{_ssh.Host}: Permission denied (publickey).");
            return Failed;
        }

        return await ServeAsync(tcp.GetStream(), (string)host["session"]!);
    }

    private async Task<JsonObject?> ConnectAsync(TcpClient tcp)
    {
        using var patience = new CancellationTokenSource(
            _ssh.Number("ConnectTimeout") is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan);
        try
        {
            await tcp.ConnectAsync(Door, patience.Token);
            await DoorLines.WriteAsync(tcp.GetStream(), new JsonObject { ["connect"] = _ssh.Host, ["port"] = _ssh.Port }, patience.Token);
            var host = await DoorLines.ReadAsync(tcp.GetStream(), patience.Token);
            switch ((string?)host?["state"])
            {
                case "ok":
                    return host;
                case "unknown":
                    Say($"ssh: Could not resolve hostname {_ssh.Host}: Name or service not known");
                    return null;
                default:
                    var why = (string?)host?["state"] == "unreachable" ? "No route to host" : "Connection refused";
                    Say($"ssh: connect to host {_ssh.Host} port {_ssh.Port}: {why}");
                    return null;
            }
        }
        catch (OperationCanceledException)
        {
            Say("Connection timed out during banner exchange");
            Say($"Connection to {_ssh.Host} port {_ssh.Port} timed out");
            return null;
        }
        catch (SocketException)
        {
            Say($"ssh: connect to host {_ssh.Host} port {_ssh.Port}: Connection refused");
            return null;
        }
    }

    /// <summary>Runs the command, and forwards meanwhile; ends when both have, as ssh does, or when the connection is lost.</summary>
    private async Task<int> ServeAsync(NetworkStream connection, string session)
    {
        var forwards = new SocksListener(Door, session, _lost.Token);
        if (_ssh.Dynamic is { } where && !forwards.Listen(where, _ssh["StreamLocalBindMask"] ?? "0177")
            && _ssh["ExitOnForwardFailure"] is "yes")
        {
            return Failed;
        }

        using var command = Command();
        var input = CopyInputAsync(command);
        var output = Task.WhenAll(
            CopyAsync(command.StandardOutput.BaseStream, Console.OpenStandardOutput()),
            CopyAsync(command.StandardError.BaseStream, Console.OpenStandardError()));
        var lost = connection.ReadAsync(new byte[1]).AsTask();
        var done = DoneAsync();
        if (await Task.WhenAny(done, lost) == done)
        {
            return command.ExitCode > 128 ? Failed : command.ExitCode;
        }

        await _lost.CancelAsync();
        Say($"Connection to {_ssh.Host} closed by remote host.");
        command.Kill(entireProcessTree: true);
        _ = input;
        return Failed;

        async Task DoneAsync()
        {
            await command.WaitForExitAsync();
            await output;
            await forwards.AllClosedAsync();
        }
    }

    private Process Command()
    {
        var home = _line.Text("--home") ?? throw new UsageException("--home is needed");
        var command = _ssh.Command.Length > 0 ? _ssh.Command : "exec /bin/sh";
        var start = new ProcessStartInfo("/bin/sh", ["-c", command])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            WorkingDirectory = home,
        };
        start.Environment.Clear();
        foreach (var (name, value) in ((string, string)[])[("HOME", home), ("USER", SandboxController.User),
            ("LOGNAME", SandboxController.User), ("SHELL", "/bin/sh"), ("PATH", "/usr/local/bin:/usr/bin:/bin")])
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static async Task CopyInputAsync(Process command)
    {
        await CopyAsync(Console.OpenStandardInput(), command.StandardInput.BaseStream);
        command.StandardInput.Close();
    }

    /// <summary>Until one of the two has gone.</summary>
    private static async Task CopyAsync(Stream from, Stream to)
    {
        try
        {
            await Relay.CopyBlockingAsync(from, to);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The command no longer reads, or nobody reads what it writes.
        }
    }

    /// <summary>The files of the option, divided by blanks but in quotes; the first takes new keys.</summary>
    private List<string> KnownHostsFiles() => _ssh["UserKnownHostsFile"] is { } option
        ? [.. Word().Matches(option).Select(m => m.Value.Trim('"')).Where(f => f != "none")]
        : [_line.Text("--known-hosts") ?? "/dev/null"];

    [GeneratedRegex("\"[^\"]*\"|[^\\s\"]+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
