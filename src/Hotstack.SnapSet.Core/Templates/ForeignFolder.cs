using Hotstack.Configuration;

namespace Hotstack.Templates;

/// <summary>Folders that another user may have put around the user's files.</summary>
internal static class ForeignFolder
{
    /// <summary>What git keeps of a working tree.</summary>
    public const string Git = ".git";

    /// <summary>Why a working tree or checkout may be another user's, by git's own rule
    /// (https://git-scm.com/docs/git-config, safe.directory) and by the owner of its <c>.git</c>; null if it is not.</summary>
    public static string? Why(string folder, ConfigurationSources sources)
    {
        if (sources.User is not { } us)
        {
            return null;
        }

        return sources.OwnershipOf(folder) is { } owner && (!us.Trusts(owner.User) || us.LetsOthersWrite(owner))
            ? (us.Trusts(owner.User) ? "others can write that folder" : $"that folder belongs to another user (uid {owner.User})")
            : sources.OwnershipOf(Path.Combine(folder, Git)) is { } git && !us.Trusts(git.User)
                ? $"its {Git} belongs to another user (uid {git.User})"
                : null;
    }
}
