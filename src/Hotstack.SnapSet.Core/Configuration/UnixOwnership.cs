namespace Hotstack.Configuration;

/// <summary>Whose a file or folder is, and who may do what with it, where there are owners.</summary>
/// <param name="User">The owner's uid.</param>
/// <param name="Group">Its gid.</param>
/// <param name="Mode">Its permissions.</param>
public sealed record UnixOwnership(uint User, uint Group, UnixFileMode Mode)
{
    /// <summary>Of what a path leads to, links followed; null if it is not there or cannot be told, as anywhere but on Linux.</summary>
    public static UnixOwnership? Of(string path) =>
        FileFacts.OfPath(path, follow: true) is { } facts ? new(facts.Owner, facts.Group, facts.Mode) : null;
}
