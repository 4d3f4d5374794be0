using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hotstack.Http;
using Hotstack.Processes;

namespace Hotstack.Ssh;

/// <summary>One process of OpenSSH's client with a forward that we use. It ends when our end of its input is closed, so also if our process
/// is killed.</summary>
internal sealed class SshProcess : IDisposable
{
    /// <summary>A user may have to touch a hardware key, or to allow the use of a key.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MessageGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LateMessageGrace = TimeSpan.FromMilliseconds(100);

    /// <summary>The terminal's Ctrl+C reaches the whole process group, and the work that it cancels needs the connection to roll back. In a
    /// session of its own ssh, and those of its jump hosts, have no terminal to prompt on. The folder goes when ssh has ended, whatever
    /// became of us.</summary>
    private const string Shell = "trap '' INT QUIT HUP; d=$1; shift; if command -v setsid >/dev/null 2>&1; then setsid \"$@\"; "
        + "else \"$@\"; fi; c=$?; rm -rf -- \"$d\"; exit $c";

    private readonly Process _process;
    private readonly SshTarget _target;
    private readonly SshListener _listener;
    private readonly KnownHosts? _newKeys;
    private readonly SshOutput _output;
    private readonly Task _reading;
    private readonly Task _exit;

    private SshProcess(Process process, SshTarget target, SshListener listener, KnownHosts? newKeys, RemoteCommand command)
    {
        (_process, _target, _listener, _newKeys) = (process, target, listener, newKeys);
        _output = new SshOutput(command);
        _reading = Task.WhenAll(
            UntilClosed(_output.ReadOutputAsync(process.StandardOutput)), UntilClosed(_output.ReadMessagesAsync(process.StandardError)));
        _exit = process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Whether it still runs.</summary>
    public bool IsRunning => !_exit.IsCompleted;

    /// <summary>The host keys that ssh accepted because the server had no known key; empty if it accepted none, as by a certificate
    /// authority of the user's.</summary>
    public IReadOnlyList<HostKey> NewKeys => _newKeys?.KeysOf(_target.Pinned!.Alias) ?? [];

    /// <summary>Starts ssh and waits until the session has begun.</summary>
    /// <param name="program">The file of ssh.</param>
    /// <param name="target">The machine.</param>
    /// <param name="command">What runs there.</param>
    /// <param name="onSocket">Whether ssh listens on a socket; otherwise on a port.</param>
    /// <param name="stop">Ends the start, and ssh.</param>
    /// <returns>The process, and the file if the command reads one.</returns>
    /// <exception cref="HotstackException">As <see cref="SshFailure.Of"/>.</exception>
    public static async Task<(SshProcess Process, RemoteFile? File)> StartAsync(
        string program, SshTarget target, RemoteCommand command, bool onSocket, CancellationToken stop)
    {
        SshProcess ssh = Start(program, target, command, onSocket);
        try
        {
            await Poll.EndOfAsync(Task.WhenAny(ssh._output.Ready, ssh._exit), StartTimeout, stop);
            stop.ThrowIfCancellationRequested();
            return (ssh, await ssh.ReadyOrFailureAsync());
        }
        catch
        {
            ssh.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection to a server that the remote machine reaches. The remote machine resolves the name.</summary>
    /// <exception cref="DialException">ssh has ended or does not answer.</exception>
    public async Task<Stream> ConnectAsync(DnsEndPoint server, CancellationToken stop)
    {
        Task refused = _output.NextRefusal;
        Stream stream = await ToSshAsync(stop);
        try
        {
            await Socks5.ConnectAsync(stream, server, stop);
            return new TunnelStream(stream, () => RefusalAsync(server, refused, LateMessageGrace));
        }
        catch (IOException)
        {
            await stream.DisposeAsync();
            // ssh answers when the server has answered; where that refused, it closes the connection and reports the reason.
            throw await RefusalAsync(server, refused, MessageGrace);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private async Task<Stream> ToSshAsync(CancellationToken stop)
    {
        try
        {
            return await _listener.ConnectAsync(stop);
        }
        catch (SocketException e)
        {
            // The socket of an ssh that ends is gone before its process and its last message.
            await Poll.EndOfAsync(Task.WhenAll(_exit, _reading), MessageGrace, stop);
            throw Lost(e);
        }
    }

    private DialException Lost(Exception? failure, bool nothingWasSent = true) =>
        new($"the connection to the controller {_target} was lost: "
            + $"{(IsRunning ? failure?.Message : _output.LastMessage)?.TrimEnd('.') ?? "ssh has ended"}", failure)
        {
            NothingWasSent = nothingWasSent,
            Hint = $"Try the connection by hand: {_target.Command}",
        };

    /// <summary>Ends ssh. If it does not end by itself, it is killed.</summary>
    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
            // Before the session begins ssh does not read its input.
            if (!_output.Ready.IsCompleted || !_process.WaitForExit(EndGrace))
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or IOException or AggregateException)
        {
            // It has ended.
        }

        _listener.Remove();
        _process.Dispose();
    }

    private static SshProcess Start(string program, SshTarget target, RemoteCommand command, bool onSocket)
    {
        SshListener? listener = null;
        try
        {
            listener = SshListener.New(onSocket);
            // Not in the file of known keys before it is confirmed.
            KnownHosts? newKeys = target.Pinned is { } pinned && !pinned.Keys.Contains(pinned.Alias)
                ? new KnownHosts(Path.Combine(listener.Folder, "k")) : null;
            IReadOnlyList<string> arguments = SshArguments.For(target, listener.Argument, command.Text, newKeys?.Path);
            return new SshProcess(Process.Start(StartInfo(program, arguments, listener.Folder))!, target, listener, newKeys, command);
        }
        catch (Exception e) when (e is Win32Exception or IOException or UnauthorizedAccessException)
        {
            listener?.Remove();
            throw SshFailure.OfStart(program, e);
        }
    }

    private static ProcessStartInfo StartInfo(string program, IReadOnlyList<string> arguments, string folder)
    {
        ProcessStartInfo start = PipedProgram.StartInfo(program, arguments, Shell, folder);
        start.Environment["SSH_ASKPASS_REQUIRE"] = "never";
        return start;
    }

    private async Task<RemoteFile?> ReadyOrFailureAsync()
    {
        if (_output.Ready.IsCompleted)
        {
            // ssh tries to listen before the session begins, and goes on without it.
            return _output.Messages.FirstOrDefault(_listener.IsRefused) is { } refusal ? throw SshFailure.OfListener(_target, refusal)
                : await _output.Ready;
        }

        bool isLate = IsRunning;
        if (!isLate)
        {
            await Poll.EndOfAsync(_reading, EndGrace);
        }

        throw isLate ? SshFailure.Of(_target, _output.Messages, StartTimeout)
            : SshFailure.Of(_target, _output.Messages, null, _process.ExitCode);
    }

    /// <summary>Why a connection ended before the server sent anything.</summary>
    private async Task<DialException> RefusalAsync(DnsEndPoint server, Task refused, TimeSpan grace)
    {
        await Poll.EndOfAsync(Task.WhenAny(refused, _exit), grace);
        return !IsRunning ? Lost(null, nothingWasSent: false)
            : SshFailure.OfForward(_target, server, refused.IsCompleted ? _output.LastRefusal : null);
    }

    private static async Task UntilClosed(Task reading)
    {
        try
        {
            await reading;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // What came before counts.
        }
    }
}
