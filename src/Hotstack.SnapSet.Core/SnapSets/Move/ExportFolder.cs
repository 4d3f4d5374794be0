using System.Text.RegularExpressions;
using Hotstack.Configuration;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Move;

/// <summary>Keeps an export private to the user, even below a folder that others may write into: who can change the folder can place links
/// in it, and who owns a file can read what is written to it. Windows relies on its access control lists.</summary>
internal static class ExportFolder
{
    public const string UnsafeId = "ExportFolderUnsafe";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int MaxTries = 3;

    /// <summary>Creates the folder (0700) if it does not exist. A folder of the user that others may write into gets mode 0700.</summary>
    /// <exception cref="HotstackException">It belongs to another user (<c>ExportFolderUnsafe</c>), is not a folder
    /// (<c>ExportFolderTaken</c>), or cannot be created (<c>ExportFileFailed</c>).</exception>
    public static void Prepare(string folder, IActivity activity)
    {
        ExportDisk.Guard(folder, () => OperatingSystem.IsWindows() ? Directory.CreateDirectory(folder)
            : Directory.CreateDirectory(folder, OwnerOnly));
        if (FileFacts.OfPath(folder, follow: false) is not { } facts)
        {
            return;
        }

        if (facts.Kind != FileKind.Directory)
        {
            throw Taken(folder, $"it is {facts.KindText}, and an export must stay in its folder");
        }

        if (facts.IsOurs && IsOpen(facts))
        {
            facts = Closed(folder, facts, activity);
        }

        if (facts.IsOurs && !IsOpen(facts))
        {
            return;
        }

        if (KeepsOwners(folder))
        {
            throw Unsafe(folder, facts.IsOurs ? "others can write to it" : $"it belongs to another user (id {facts.Owner})");
        }

        activity.Warning(
            $"The file system of {folder} keeps no owners or modes: everyone who can write there can read and change the export.");
    }

    /// <summary>Opens a file of the folder for writing: a new one, or an existing one of the user.</summary>
    /// <exception cref="HotstackException">It is not a file (<c>ExportFolderTaken</c>), or others can access it
    /// (<c>ExportFolderUnsafe</c>).</exception>
    /// <exception cref="IOException">It cannot be opened, or another run holds it.</exception>
    public static FileStream OpenOwn(string path, FileOptions options)
    {
        for (int tries = 1; ; tries++)
        {
            FileFacts? before = FileFacts.OfPath(path, follow: false);
            if (before is not null && before.Kind != FileKind.Regular)
            {
                throw Taken(Path.GetDirectoryName(path)!, $"{path} is {before.KindText}, not a file");
            }

            bool isThere = before is not null || File.Exists(path);
            try
            {
                // CreateNew follows no link, and fails if the path exists.
                FileStream file = SecretFiles.Create(
                    path, isThere ? FileMode.Open : FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, options, bufferSize: 0);
                return isThere ? Checked(file, path, before) : file;
            }
            catch (FileNotFoundException) when (isThere && tries < MaxTries)
            {
                // The run that held it has ended.
            }
        }
    }

    public static HotstackException Taken(string folder, string reason) =>
        new(ErrorCause.AlreadyExists, "ExportFolderTaken", $"{folder} cannot be used: {reason}.")
        {
            Target = folder,
            Hint = "Delete the folder, or export to another -Path.",
        };

    private static FileStream Checked(FileStream file, string path, FileFacts? before)
    {
        try
        {
            if (FileFacts.OfOpen(file.SafeFileHandle) is not { } opened)
            {
                return file;
            }

            string? fault = opened.Kind != FileKind.Regular || !opened.IsSameAs(before) ? "another file just replaced it"
                : opened.Links != 1 ? "it is a hard link to another file"
                : opened.IsOurs && !IsOpen(opened) || !KeepsOwners(Path.GetDirectoryName(path)!) ? null
                : opened.IsOurs ? "others can write to it"
                : $"it belongs to another user (id {opened.Owner})";
            if (fault is not null)
            {
                throw Unsafe(path, fault);
            }

            // A server's disk is secret.
            if (!OperatingSystem.IsWindows() && opened.IsOurs && (opened.Mode & ~OwnerFile) != 0)
            {
                File.SetUnixFileMode(file.SafeFileHandle, OwnerFile);
            }

            return file;
        }
        catch
        {
            // A foreign file is not deleted, whatever the options say.
            file.SafeFileHandle.Dispose();
            throw;
        }
    }

    private static bool IsOpen(FileFacts facts) => (facts.Mode & FileFacts.WritableByOthers) != 0;

    private static FileFacts Closed(string folder, FileFacts facts, IActivity activity)
    {
        if (!OperatingSystem.IsWindows())
        {
            try
            {
                File.SetUnixFileMode(folder, OwnerOnly);
                activity.Verbose($"Set {folder} to mode 0700: others could write to it.");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Some file systems have one mode for all files; the next check detects that.
            }
        }

        return FileFacts.OfPath(folder, follow: false) ?? facts;
    }

    /// <summary>FAT, and shares of other systems, give all files one owner and one mode: a new file shows it.</summary>
    private static bool KeepsOwners(string folder)
    {
        try
        {
            string path = Path.Combine(folder, $"snapset-{Guid.NewGuid():N}{ExportFiles.PartSuffix}");
            using FileStream file = SecretFiles.Create(path, FileMode.CreateNew, FileAccess.Write, FileShare.None,
                FileOptions.DeleteOnClose);
            return FileFacts.OfOpen(file.SafeFileHandle) is not { } facts || (facts.IsOurs && (facts.Mode & ~OwnerFile) == 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static HotstackException Unsafe(string path, string reason) =>
        new(ErrorCause.Forbidden, UnsafeId, $"Nothing is exported to {path}: {reason}.")
        {
            Target = path,
            Hint = "Export to a -Path that only you can write to, or delete this one first.",
        };
}

/// <summary>The names of an export's folder and files.</summary>
internal static partial class ExportFiles
{
    /// <summary>The suffix of an incomplete file.</summary>
    public const string PartSuffix = ".part";

    /// <summary>Held open by the run that writes to the folder, and deleted with it.</summary>
    public const string LockName = "snapset.lock";

    private const int LongestName = 120;

    public static string FolderName(string snapSetId) => $"{SnapSetTags.AnySet}-{Plain(snapSetId)}";

    /// <summary>A unique file name for each member that is valid on any file system.</summary>
    public static IReadOnlyList<string> NamesFor(IEnumerable<(string Member, string DiskFormat)> members)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { ExportManifest.FileName, LockName };
        return [.. members.Select(NameOf)];

        string NameOf((string Member, string DiskFormat) member)
        {
            string name = Plain(member.Member);
            string ending = Plain(member.DiskFormat);
            for (int number = 1; ; number++)
            {
                string file = number == 1 ? $"{name}.{ending}" : $"{name}-{number}.{ending}";
                if (taken.Add(file))
                {
                    return file;
                }
            }
        }
    }

    /// <summary>Whether a name is that of a file in the same folder.</summary>
    public static bool IsSafeName(string? name) =>
        name is { Length: > 0 and <= 255 } && !name.Any(sign => char.IsControl(sign) || "/\\:*?\"<>|".Contains(sign))
        && name is not ("." or "..") && name[^1] is not ('.' or ' ') && !DeviceNames().IsMatch(name.Split('.')[0].TrimEnd())
        && !name.EndsWith(PartSuffix, StringComparison.OrdinalIgnoreCase)
        && !name.Equals(ExportManifest.FileName, StringComparison.OrdinalIgnoreCase)
        && !name.Equals(ExportedBlueprint.FileName, StringComparison.OrdinalIgnoreCase);

    private static string Plain(string text)
    {
        string plain = OtherSigns().Replace(text, "_");
        plain = plain.Length > LongestName ? plain[..LongestName] : plain;
        // Windows treats some names as devices, whatever comes after the dot; and a file that ends with .part is incomplete.
        return plain.Length == 0 || DeviceNames().IsMatch(plain) || plain.Equals(PartSuffix[1..], StringComparison.OrdinalIgnoreCase)
            ? $"_{plain}"
            : plain;
    }

    [GeneratedRegex("[^A-Za-z0-9_-]")]
    private static partial Regex OtherSigns();

    [GeneratedRegex(@"^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\z", RegexOptions.IgnoreCase)]
    private static partial Regex DeviceNames();
}
