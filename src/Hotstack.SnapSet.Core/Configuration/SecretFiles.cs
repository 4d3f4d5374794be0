namespace Hotstack.Configuration;

/// <summary>
/// Files with secrets, where files have modes: warns of those that others than their owner can read, and creates new ones
/// for the owner alone.
/// </summary>
internal static class SecretFiles
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const string ClientKeyData = "client-key-data";

    /// <summary>The secrets of a container: their modes are open by design, and the container has no other users.</summary>
    private static readonly string[] Mounts = ["/var/run/secrets/", "/run/secrets/"];

    /// <summary>The mode of an open file that others can read; null for any other file, and on platforms without modes.</summary>
    public static UnixFileMode? OpenMode(Stream stream) =>
        !OperatingSystem.IsWindows() && stream is FileStream file
            && File.GetUnixFileMode(file.SafeFileHandle) is var mode && (mode & Others) != 0 && !IsMounted(file.Name)
            ? mode
            : null;

    /// <summary>Whether a secret is in a value or below it: by the name of its key, or in an address.</summary>
    public static bool HasSecrets(DocNode node) => node switch
    {
        DocScalar { Text: { } text } => LikelySecrets.Shows(text),
        DocMap map => IsSecretVariable(map) || map.Entries.Any(entry => IsSecret(entry.Key.Value, entry.Value))
            || map.Children.Any(HasSecrets),
        _ => node.Children.Any(HasSecrets),
    };

    /// <summary>Warns of an open file.</summary>
    /// <param name="path">As the user knows it.</param>
    /// <param name="mode">The mode from <see cref="OpenMode"/>.</param>
    /// <param name="what">What is in it: <c>credentials</c>.</param>
    /// <param name="activity">Gets the warning; null for nobody.</param>
    public static void Warn(string path, UnixFileMode? mode, string what, IActivity? activity)
    {
        if (mode is { } open)
        {
            string permissions = Convert.ToString((int)open, 8).PadLeft(4, '0');
            activity?.Warning($"{path} holds {what}, and others than its owner can read it (mode {permissions}): chmod 600 {Quoted(path)}");
        }
    }

    /// <summary>Warns of a file that others can read. Whoever reads it reports one that cannot be opened.</summary>
    public static void WarnIfOpen(ConfigurationSources sources, string path, string what, IActivity? activity)
    {
        try
        {
            using Stream? file = sources.OpenFile(path);
            Warn(path, file is null ? null : OpenMode(file), what, activity);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Opens a file to write it; only the owner can read a new one.</summary>
    public static FileStream Create(
        string path, FileMode mode, FileAccess access, FileShare share, FileOptions options = FileOptions.None, int bufferSize = 4096)
    {
        var how = new FileStreamOptions { Mode = mode, Access = access, Share = share, Options = options, BufferSize = bufferSize };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
        {
            how.UnixCreateMode = Owner;
        }

        return new FileStream(path, how);
    }

    /// <summary>A variable of a program: <c>{name: CLIENT_SECRET, value: …}</c>.</summary>
    private static bool IsSecretVariable(DocMap map) =>
        map.Find("name") is DocScalar { Text: { } name } && map.Find("value") is { } value && IsSecret(name, value);

    private static bool IsSecret(string key, DocNode value) =>
        value is DocScalar { Text.Length: > 0 } && (key == ClientKeyData || LikelySecrets.IsNameOfOne(key));

    private static bool IsMounted(string path) => Mounts.Any(mount => path.StartsWith(mount, StringComparison.Ordinal));

    private static string Quoted(string path) =>
        path.All(sign => char.IsLetterOrDigit(sign) || "/._-+:@%".Contains(sign, StringComparison.Ordinal))
            ? path
            : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
