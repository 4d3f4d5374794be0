using System.Text.RegularExpressions;

namespace Hotstack.SnapSets.Move;

/// <summary>The names of an export's folder and files.</summary>
internal static partial class ExportFiles
{
    /// <summary>What is being written carries this until it is whole.</summary>
    public const string PartSuffix = ".part";

    /// <summary>Held open by the run that writes the folder; gone with it.</summary>
    public const string LockName = "snapset.lock";

    private const int LongestName = 120;

    public static string FolderName(string snapSetId) => $"hotstack-snapset-{Plain(snapSetId)}";

    /// <summary>A name for each member's file, that any file system takes and that differs from the others.</summary>
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

    /// <summary>Whether a name that was read leads to a file of the same folder, and nowhere else.</summary>
    public static bool IsSafeName(string? name) =>
        name is { Length: > 0 and <= 255 } && !name.Any(sign => char.IsControl(sign) || "/\\:*?\"<>|".Contains(sign))
        && name is not ("." or "..") && name[^1] is not ('.' or ' ') && !DeviceNames().IsMatch(name.Split('.')[0].TrimEnd())
        && !name.EndsWith(PartSuffix, StringComparison.OrdinalIgnoreCase)
        && !name.Equals(ExportManifest.FileName, StringComparison.OrdinalIgnoreCase);

    private static string Plain(string text)
    {
        string plain = OtherSigns().Replace(text, "_");
        plain = plain.Length > LongestName ? plain[..LongestName] : plain;
        // Windows takes some names for devices, whatever comes after the dot; and a file that ends with .part is not whole.
        return plain.Length == 0 || DeviceNames().IsMatch(plain) || plain.Equals(PartSuffix[1..], StringComparison.OrdinalIgnoreCase)
            ? $"_{plain}"
            : plain;
    }

    [GeneratedRegex("[^A-Za-z0-9_-]")]
    private static partial Regex OtherSigns();

    [GeneratedRegex(@"^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\z", RegexOptions.IgnoreCase)]
    private static partial Regex DeviceNames();
}
