namespace Hotstack.SnapSets.Move;

/// <summary>Compares a file of an export with what the manifest says of it.</summary>
internal static class ExportCheck
{
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public static async Task<string?> ReasonAsync(
        ExportDisk disk, string folder, ExportedMember member, bool withHash, CancellationToken stop)
    {
        var file = new FileInfo(Path.Combine(folder, member.File));
        if (!file.Exists)
        {
            return $"{member.File} is missing";
        }

        if (file.Length != member.Size)
        {
            return $"{member.File} has {file.Length} bytes, and the manifest says {member.Size}";
        }

        if (!withHash)
        {
            return null;
        }

        using RunningHash hash = await disk.HashAsync(file.FullName, member.HashAlgorithm, stop);
        return hash.Value(member.HashAlgorithm) == member.Hash ? null : $"{member.File} was altered: its {member.HashAlgorithm} is another";
    }
}
