using System.Text;

namespace Hotstack.Configuration;

/// <summary>
/// The one place that opens input files. Opening a named pipe or a device may block for ever, out of reach of a timeout or
/// Ctrl+C, so both are refused before they are opened. A pipe that the caller gives as a descriptor
/// (a shell's <c>&lt;(sops -d clouds.yaml)</c> is <c>/dev/fd/63</c>) is read, and a token cancels that.
/// </summary>
internal static class InputFile
{
    /// <summary>The largest file of configuration; far above any real one.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>The most that is read from a pipe; readers have smaller limits of their own.</summary>
    private const int MaxBytesOfPipe = 64 << 20;

    private static readonly string[] Descriptors = ["/dev/fd/", "/proc/self/fd/"];

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="stop">Cancels the reading of a pipe.</param>
    /// <param name="options">For large files.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">It cannot be read, or is no regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no permission to read it.</exception>
    /// <remarks>No message shows a path that may be a secret by mistake (<see cref="PathValue"/>).</remarks>
    public static Stream Open(string path, CancellationToken stop, FileOptions options = FileOptions.None)
    {
        if (PathValue.ContentOf(path) is { } content)
        {
            throw new IOException($"The value is {content} in place of the path of a file.");
        }

        try
        {
            return OpenPath(path, options, stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && PathValue.Shown(path) != path)
        {
            // Without the cause: its message has the path.
            throw e switch
            {
                FileNotFoundException => new FileNotFoundException("There is no such file."),
                DirectoryNotFoundException => new DirectoryNotFoundException("There is no such folder."),
                UnauthorizedAccessException => new UnauthorizedAccessException("The file may not be read."),
                _ => new IOException("The file cannot be opened."),
            };
        }
    }

    private static Stream OpenPath(string path, FileOptions options, CancellationToken stop)
    {
        if (FileFacts.OfPath(path, follow: true) is { } facts)
        {
            if (facts.Kind is FileKind.Pipe or FileKind.Socket or FileKind.Device && IsDescriptor(path))
            {
                return ReadPipe(path, stop);
            }

            Refuse(path, facts);
        }

        var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, options == FileOptions.None ? 4096 : 0, options);
        try
        {
            // It may have become something else since it was checked.
            if (FileFacts.OfOpen(file.SafeFileHandle) is { } opened)
            {
                Refuse(path, opened);
            }

            return file;
        }
        catch (IOException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether a file exists, by its absolute path; also one that may not be read.</summary>
    public static bool IsThere(ConfigurationSources sources, string path)
    {
        try
        {
            using Stream? file = sources.OpenFile(path);
            return file is not null;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Opens files; the token cancels the reading of those that are pipes.</summary>
    public static Func<string, Stream> Opener(CancellationToken stop) => path => Open(path, stop);

    /// <summary>Reads a small file of text, such as a certificate.</summary>
    /// <inheritdoc cref="Open"/>
    public static string ReadText(string path, CancellationToken stop = default)
    {
        using Stream file = Open(path, stop);
        using var reader = new StreamReader(file);
        string text = reader.ReadToEnd();
        return AnsibleYaml.IsEncrypted(text)
            ? throw new IOException("it is encrypted by ansible-vault; decrypt it with 'ansible-vault decrypt'.") : text;
    }

    /// <summary>The text of an open file: UTF-8, or what its byte order mark says.</summary>
    /// <exception cref="HotstackException">By <paramref name="file"/>: it is too large, not text, or encrypted.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string ReadText(Stream stream, SourceMark file, int maxBytes = MaxBytes)
    {
        byte[] bytes = ReadBytes(stream, maxBytes) ?? throw file.Error($"it is larger than {maxBytes / 1024} KiB.");
        try
        {
            // Older Windows tools write UTF-16.
            using var reader = new StreamReader(new MemoryStream(bytes), StrictUtf8, detectEncodingFromByteOrderMarks: true);
            string text = reader.ReadToEnd();
            return AnsibleYaml.IsEncrypted(text)
                ? throw file.Error("it is encrypted by ansible-vault.", AnsibleYaml.DecryptHint(file.Source))
                : text;
        }
        catch (DecoderFallbackException e)
        {
            throw file.Error("it is not UTF-8 text.", "Save it as UTF-8.", e);
        }
    }

    /// <summary>All bytes of an open file; null if there are more than allowed.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[]? ReadBytes(Stream stream, int maxBytes)
    {
        using var copy = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        for (int length; (length = stream.Read(buffer)) > 0;)
        {
            copy.Write(buffer, 0, length);
            if (copy.Length > maxBytes)
            {
                return null;
            }
        }

        return copy.ToArray();
    }

    private static void Refuse(string path, FileFacts facts)
    {
        if (facts.Kind is not (FileKind.Regular or FileKind.Null))
        {
            throw new IOException($"{path} is {facts.KindText}, not a file.");
        }
    }

    private static bool IsDescriptor(string path) =>
        path == "/dev/stdin" || Descriptors.Any(folder => path.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>Reads on a thread of its own, which stays behind if the other end of the pipe never closes.</summary>
    private static MemoryStream ReadPipe(string path, CancellationToken stop)
    {
        Task<MemoryStream> reading = Task.Factory.StartNew(
            () =>
            {
                using var pipe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
                var copy = new MemoryStream();
                byte[] buffer = new byte[64 * 1024];
                for (int length; copy.Length <= MaxBytesOfPipe && (length = pipe.Read(buffer)) > 0;)
                {
                    copy.Write(buffer, 0, length);
                }

                copy.Position = 0;
                return copy;
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        reading.WaitAsync(stop).GetAwaiter().GetResult();
        return reading.Result;
    }
}
