using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;
using Hotstack.Configuration;

namespace Hotstack.Ssh;

/// <summary>A file of host keys that only this module writes, beside the user's own: a line is a name, a type and a key
/// (https://man.openbsd.org/sshd#SSH_KNOWN_HOSTS_FILE_FORMAT).</summary>
/// <param name="path">Its absolute path.</param>
internal sealed partial class KnownHosts(string path)
{
    private const int MaxBytes = 16 * InputFile.MaxBytes;

    /// <summary>EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.</summary>
    private static readonly FrozenSet<int> InUse = FrozenSet.ToFrozenSet([11, 35, 32]);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Its absolute path.</summary>
    public string Path => path;

    /// <summary>The file <c>known_hosts_hotstack</c> in the user's <c>.ssh</c>.</summary>
    public static KnownHosts OfUser(ConfigurationSources sources) =>
        new(sources.HomeDirectory.Length == 0 ? "" : sources.Join(sources.HomeDirectory, ".ssh", "known_hosts_hotstack"));

    /// <summary>Whether it holds a key of this name.</summary>
    public bool Contains(string alias) => KeysOf(alias).Count > 0;

    /// <summary>The keys of a name.</summary>
    /// <exception cref="HotstackException">The file cannot be read (<c>KnownHostsInvalid</c>).</exception>
    public IReadOnlyList<HostKey> KeysOf(string alias) => Guarded(() =>
    {
        Require(alias);
        if (path.Length == 0 || !System.IO.Path.Exists(path))
        {
            return [];
        }

        using Stream stream = InputFile.Open(path, CancellationToken.None);
        string text = InputFile.ReadText(stream, new SourceMark(path, "KnownHostsInvalid"), MaxBytes);
        return (HostKey[])[.. text.Split('\n')
            .Where(line => line.StartsWith(alias + " ", StringComparison.Ordinal))
            .Select(line => HostKey.OrNull(line[alias.Length..])).OfType<HostKey>()];
    });

    /// <summary>Adds keys under a name. Other processes wait meanwhile; two of one name leave a line twice.</summary>
    /// <exception cref="HotstackException">The file cannot be written (<c>KnownHostsInvalid</c>).</exception>
    public void Add(string alias, IEnumerable<HostKey> keys) => Guarded(() =>
    {
        Require(alias);
        MakeFolder();
        using FileStream file = Open(path);
        // The last line may not have an end; ssh skips empty lines.
        string start = EndsInLine(file) ? "" : "\n";
        file.Seek(0, SeekOrigin.End);
        file.Write(Encoding.ASCII.GetBytes(start + string.Concat(keys.Select(key => $"{alias} {key.Type} {key.Data}\n"))));
        return true;
    });

    private void MakeFolder()
    {
        string folder = System.IO.Path.GetDirectoryName(path) is { Length: > 0 } found ? found
            : throw new IOException("this user has no home folder");
        if (!Directory.Exists(folder))
        {
            _ = OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(folder)
                : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>A name with other signs would be a pattern, a list or another line in the file.</summary>
    private static void Require(string alias)
    {
        if (!Name().IsMatch(alias))
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "ControllerInvalid", $"The controller is not usable: '{alias}' is not the id of a server.")
            {
                Target = alias,
                Hint = "Name the controller with -Controller.",
            };
        }
    }

    private static bool EndsInLine(FileStream file)
    {
        if (file.Length == 0)
        {
            return true;
        }

        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    private static FileStream Open(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <returns>False if another process has the file at this moment.</returns>
    private static bool IsDone<T>(Func<T> work, out T? result)
    {
        result = default;
        try
        {
            result = work();
            return true;
        }
        catch (IOException e) when (InUse.Contains(e.HResult & 0xFFFF))
        {
            return false;
        }
    }

    private T Guarded<T>(Func<T> work)
    {
        T? result = default;
        try
        {
            return SpinWait.SpinUntil(() => IsDone(work, out result), Patience) ? result! : work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HotstackException(
                ErrorCause.ConfigurationInvalid, "KnownHostsInvalid",
                $"The host keys of controllers cannot be read or written in {PathValue.Shown(path)}: {e.Message}", e)
            {
                Target = PathValue.Shown(path),
                Hint = "Make the file and its folder writable, or give -Controller a Host of your ssh config, whose keys ssh itself "
                    + "checks.",
            };
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,63}\z")]
    private static partial Regex Name();
}
