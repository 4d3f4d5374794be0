using Hotstack.Configuration;

namespace Hotstack.Templates;

/// <summary>The folder outside which no file of a template is read, where the user names none.</summary>
/// <param name="Folder">Its real path.</param>
/// <param name="IsFlat">Only files that lie directly in it are read: it is the home folder, or holds it.</param>
/// <param name="NotTaken">Why a git working tree around the template is not it; null if there is none, or it is.</param>
internal sealed record TemplateRoot(string Folder, bool IsFlat, string? NotTaken)
{
    private const string Git = ".git";

    /// <summary>
    /// The git working tree around the template, as upstream's scenarios name files of their neighbours, or else the template's own
    /// folder. Never what holds all that is the user's, nor a tree that another user may have put around the template.
    /// </summary>
    /// <param name="own">The real path of the template's folder.</param>
    /// <param name="sources">Whose home and files these are.</param>
    public static TemplateRoot Around(string own, ConfigurationSources sources)
    {
        string? home = sources.HomeDirectory.Length > 0 ? RealPath.Of(Path.GetFullPath(sources.HomeDirectory)) : null;
        bool isFlat = Holds(own, home);
        for (string? candidate = own; candidate is not null; candidate = Path.GetDirectoryName(candidate))
        {
            if (Path.Exists(Path.Combine(candidate, Git)))
            {
                string? why = Holds(candidate, home) ? "it is or holds your home folder" : WhyForeign(candidate, sources);
                return why is null
                    ? new(candidate, false, null)
                    : new(own, isFlat, $"The git working tree {candidate} is not used as the root, since {why}.");
            }
        }

        return new(own, isFlat, null);
    }

    /// <summary>All of a disk, or of the user's.</summary>
    private static bool Holds(string folder, string? home) =>
        folder == Path.GetPathRoot(folder) || (home is not null && (home == folder || PathParts.IsBelow(home, folder)));

    /// <summary>As git itself refuses it (https://git-scm.com/docs/git-config, safe.directory); and no other user may have made the
    /// <c>.git</c>, as in /tmp.</summary>
    private static string? WhyForeign(string candidate, ConfigurationSources sources)
    {
        if (sources.User is not { } us)
        {
            return null;
        }

        return sources.OwnershipOf(candidate) is { } folder && (!us.Trusts(folder.User) || us.LetsOthersWrite(folder))
            ? (us.Trusts(folder.User) ? "others can write that folder" : $"that folder belongs to another user (uid {folder.User})")
            : sources.OwnershipOf(Path.Combine(candidate, Git)) is { } git && !us.Trusts(git.User)
                ? $"its {Git} belongs to another user (uid {git.User})"
                : null;
    }
}
