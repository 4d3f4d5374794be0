namespace Hotstack.Ssh;

/// <summary>What runs on the remote machine: it prints a mark, at most one file or the output of one script in a frame, and then lasts until
/// our end of its input is closed, however our process ends.</summary>
/// <param name="mark">A text that nothing else prints: the user's shell may print lines of its own.</param>
/// <param name="path">The file: absolute, or from the home directory; null for none.</param>
/// <param name="script">A script instead of a file; null for none.</param>
internal sealed class RemoteCommand(string mark, string? path, string? script = null)
{
    private const string Lasting = "exec cat >/dev/null";
    private const string Begin = """printf "%s\n" "$1"; """;
    private const string End = """printf "\n%s %s\n" "$1" "$?"; """;

    /// <summary>A relative path starts from the home directory, also where a forced command starts elsewhere.</summary>
    private const string Reading = """p=$2; case $p in "~/"*) p=$HOME/${p#??};; /*) ;; *) p=$HOME/$p;; esac; """
        + Begin + """cat -- "$p" 2>&1; """ + End;

    private const string Running = Begin + """sh -c "$2" </dev/null 2>&1; """ + End;

    /// <summary>The mark of the frame.</summary>
    public string Mark => mark;

    /// <summary>Whether it prints a frame.</summary>
    public bool Reads => (path ?? script) is not null;

    /// <summary>The command, for any login shell.</summary>
    public string Text => (path, script) switch
    {
        (null, null) => $"exec sh -c 'printf \"%s\\n\" \"$1\"; {Lasting}' sh {mark}",
        (null, { } commands) => $"exec sh -c '{Running}{Lasting}' sh {mark} {Quoted(commands)}",
        ({ } file, _) => $"exec sh -c '{Reading}{Lasting}' sh {mark} {Quoted(file)}",
    };

    /// <summary>A new command with a mark of its own.</summary>
    public static RemoteCommand Of(string? path) => new(NewMark(), path);

    /// <summary>A new command that runs a script.</summary>
    public static RemoteCommand OfScript(string script) => new(NewMark(), null, script);

    private static string NewMark() => $"hotstack-{Guid.NewGuid():N}";

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

/// <summary>A file, or the output of a script, as the remote machine printed it.</summary>
/// <param name="Text">Its text, or why it cannot be read.</param>
/// <param name="IsRead">Whether it was read, or the script succeeded.</param>
internal sealed record RemoteFile(string Text, bool IsRead)
{
    /// <summary>The file in the frame of a mark; null if the frame is not complete yet.</summary>
    public static RemoteFile? OrNull(string output, string mark)
    {
        string begin = mark + "\n";
        int start = output.IndexOf(begin, StringComparison.Ordinal);
        int end = start < 0 ? -1 : output.IndexOf($"\n{mark} ", start + begin.Length - 1, StringComparison.Ordinal);
        int line = end < 0 ? -1 : output.IndexOf('\n', end + 1);
        return line < 0 ? null
            : new RemoteFile(
                output[Math.Min(start + begin.Length, end)..end], output[(end + mark.Length + 2)..line].Trim() == "0");
    }
}
