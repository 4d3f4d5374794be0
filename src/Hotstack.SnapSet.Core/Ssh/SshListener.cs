using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Hotstack.Ssh;

/// <summary>Where ssh listens for us: a socket that only its owner can open, or, where the platform's ssh has no such sockets, a port of
/// loopback.</summary>
/// <param name="Argument">The argument of <c>-D</c>.</param>
/// <param name="EndPoint">Where to connect.</param>
/// <param name="Folder">A private folder, which lasts as long as ssh.</param>
internal sealed partial record SshListener(string Argument, EndPoint EndPoint, string Folder)
{
    /// <summary>The longest path of the folder: sun_path of macOS has 104 bytes, and ssh adds a suffix while it binds.</summary>
    private const int MaxPath = 80;

    /// <exception cref="IOException">No private folder can be made.</exception>
    public static SshListener New(bool onSocket)
    {
        string folder = PrivateFolder();
        if (!onSocket || OperatingSystem.IsWindows())
        {
            // ssh reports a port that was taken meanwhile.
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var free = (IPEndPoint)probe.LocalEndpoint;
            return new SshListener($"127.0.0.1:{free.Port.ToString(CultureInfo.InvariantCulture)}", free, folder);
        }

        string path = Path.Combine(folder, "s");
        // ssh expands tokens such as %h here too.
        return new SshListener(path.Replace("%", "%%", StringComparison.Ordinal), new UnixDomainSocketEndPoint(path), folder);
    }

    private static string PrivateFolder()
    {
        string folder = Directory.CreateTempSubdirectory("hotstack-ssh-").FullName;
        if (OperatingSystem.IsWindows() || (folder.Length <= MaxPath && Plain().IsMatch(folder)))
        {
            return folder;
        }

        Directory.Delete(folder);
        folder = $"/tmp/hotstack-ssh-{Guid.NewGuid():N}";
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }

    /// <summary>ssh splits the argument at colons and expands variables in it.</summary>
    [GeneratedRegex(@"\A[A-Za-z0-9/._+-]+\z")]
    private static partial Regex Plain();

    /// <summary>Whether a message of ssh says that it cannot listen here: another program has the port, or the folder is gone.</summary>
    public bool IsRefused(string message) => EndPoint is IPEndPoint port
        ? message.EndsWith($": cannot listen to port: {port.Port.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal)
        : message.StartsWith("unix_listener: ", StringComparison.Ordinal) && message.Contains(Folder, StringComparison.Ordinal);

    /// <summary>Opens a connection.</summary>
    /// <exception cref="SocketException">Nobody listens.</exception>
    public async Task<Stream> ConnectAsync(CancellationToken stop)
    {
        var socket = EndPoint is IPEndPoint
            ? new Socket(SocketType.Stream, ProtocolType.Tcp)
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(EndPoint, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Removes the folder, if the shell has not.</summary>
    public void Remove()
    {
        try
        {
            if (Directory.Exists(Folder))
            {
                Directory.Delete(Folder, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The shell removes it at the same time.
        }
    }
}
