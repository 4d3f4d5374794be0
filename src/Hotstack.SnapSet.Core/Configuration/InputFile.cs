namespace Hotstack.Configuration;

/// <summary>
/// The one place that opens files to read them. Opening a named pipe or a device may wait for ever, where neither a timeout nor
/// Ctrl+C reaches: they are refused before they are opened. Pipes that the caller hands over as descriptors
/// (<c>&lt;(sops -d clouds.yaml)</c> of a shell is <c>/dev/fd/63</c>) are read, and that can be stopped.
/// </summary>
internal static class InputFile
{
    /// <summary>The most that is taken of a pipe; readers have smaller limits of their own.</summary>
    private const int MostBytesOfPipe = 64 << 20;

    private static readonly string[] Descriptors = ["/dev/fd/", "/proc/self/fd/"];

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="stop">Ends the reading of a pipe.</param>
    /// <param name="options">For large files.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">It cannot be read, or is no regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <remarks>A path that may be a secret by mistake (<see cref="PathValue"/>) is in none of the messages.</remarks>
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
            // Without the cause, whose message has the path.
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
            // Between the look and the opening it may have become something else.
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

    /// <summary>Whether there is a file of an absolute path. One that may not be read is there.</summary>
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

    /// <summary>Opens files of which those that are pipes can be stopped.</summary>
    public static Func<string, Stream> Opener(CancellationToken stop) => path => Open(path, stop);

    /// <summary>Reads a small file of text, such as a certificate.</summary>
    /// <inheritdoc cref="Open"/>
    public static string ReadText(string path, CancellationToken stop = default)
    {
        using Stream file = Open(path, stop);
        using var reader = new StreamReader(file);
        string text = reader.ReadToEnd();
        return AnsibleVault.IsWhole(text) ? throw new IOException("it is encrypted by ansible-vault; decrypt it with 'ansible-vault decrypt'.") : text;
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

    /// <summary>On a thread of its own, which is left behind if the other end of the pipe never closes.</summary>
    private static MemoryStream ReadPipe(string path, CancellationToken stop)
    {
        Task<MemoryStream> reading = Task.Factory.StartNew(
            () =>
            {
                using var pipe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
                var copy = new MemoryStream();
                byte[] buffer = new byte[64 * 1024];
                for (int length; copy.Length <= MostBytesOfPipe && (length = pipe.Read(buffer)) > 0;)
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
