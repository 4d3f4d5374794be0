using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Hotstack.Sandbox.Controllers;

/// <summary>An <c>ssh</c> that runs.</summary>
internal sealed class SshRun : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _said;

    private SshRun(Process process)
    {
        _process = process;
        _output = ReadAsync(process.StandardOutput);
        _said = ReadAsync(process.StandardError);
    }

    /// <summary>Its input, which is open.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <summary>Who may do what with a file; nothing is known of it on Windows.</summary>
    public static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);

    public static SshRun Start(SandboxController controller, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(controller.BinFolder, "ssh"), ["-T", "-o", "BatchMode=yes", .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        return new SshRun(Process.Start(start)!);
    }

    /// <summary>Connects through its dynamic forward.</summary>
    /// <returns>A stream to the target; null if it was closed without an answer.</returns>
    public static async Task<NetworkStream?> ConnectAsync(string socks, string host, int port, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        while (true)
        {
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(socks), stop);
                break;
            }
            catch (SocketException)
            {
                await Task.Delay(20, stop);
            }
        }

        var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.WriteAsync(new byte[] { 5, 1, 0 }, stop);
        await stream.ReadExactlyAsync(new byte[2], stop);
        byte[] request = [5, 1, 0, 3, (byte)host.Length, .. Encoding.ASCII.GetBytes(host), (byte)(port >> 8), (byte)port];
        await stream.WriteAsync(request, stop);
        return await stream.ReadAtLeastAsync(new byte[10], 10, throwOnEndOfStream: false, stop) == 10 ? stream : null;
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int Code, string Output, string Said)> EndAsync(CancellationToken stop)
    {
        await _process.WaitForExitAsync(stop);
        return (_process.ExitCode, await _output, (await _said).Replace("\r", "", StringComparison.Ordinal));
    }

    private static Task<string> ReadAsync(TextReader reader) =>
        Task.Factory.StartNew(reader.ReadToEnd, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
