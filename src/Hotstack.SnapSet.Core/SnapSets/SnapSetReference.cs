using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Hotstack.Deployments;
using Hotstack.OpenStack;

namespace Hotstack.SnapSets;

/// <summary>Which set is meant: one by its exact id, and whose it is where that is known; or a pattern that a user typed.</summary>
/// <remarks>An id is text of whoever made the images: any project member, or the author of an export. So an id is literal, unless
/// <see cref="Typed"/> says that the text is the user's own.</remarks>
public sealed record SnapSetReference
{
    private SnapSetReference()
    {
    }

    /// <summary>The id, as it stands in the tag <c>snap_id=</c>; or the pattern.</summary>
    public required string Id { get; init; }

    /// <summary>Whether <see cref="Id"/> has wildcards: <c>*</c>, <c>?</c>, <c>[a-c]</c>.</summary>
    public bool IsPattern { get; private init; }

    /// <summary>The id of the project that the set belongs to; null where that is not known.</summary>
    public string? ProjectId { get; private init; }

    /// <summary>One set, by its exact id.</summary>
    /// <param name="id">The id; no sign in it is a wildcard.</param>
    /// <param name="projectId">The project's id; null where that is not known.</param>
    public static SnapSetReference To(string id, string? projectId = null) => new() { Id = id, ProjectId = projectId };

    /// <summary>One set that was read.</summary>
    public static SnapSetReference To(SnapSet set) => To(set.Id, set.ProjectId);

    /// <summary>What a user typed: with wildcards a pattern, where a backtick makes the next sign literal; without any one id.</summary>
    public static SnapSetReference Typed(string text) => new() { Id = text, IsPattern = Wildcard.IsPattern(text) };

    /// <exception cref="HotstackException">The set is another project's (<c>ProjectMismatch</c>).</exception>
    internal Task RequireOwnProjectAsync(Cloud cloud, CancellationToken stop) =>
        OwnProject.RequireAsync(cloud, ProjectId, $"SnapSet '{Id}'", Id, stop);

    /// <summary>The same text with no sign in it a wildcard.</summary>
    public SnapSetReference AsLiteral() => this with { IsPattern = false };

    /// <summary>Whether a set is one of those that are meant. An exact id counts with its case, a pattern without.</summary>
    public bool Matches(SnapSet set) => IsPattern
        ? Wildcard.Matches(set.Id, Id)
        : set.Id == Id && (ProjectId is null || set.ProjectId is null || set.ProjectId == ProjectId);

    /// <summary>The id or the pattern.</summary>
    public override string ToString() => Id;

    /// <summary>One set, by its exact id.</summary>
    public static implicit operator SnapSetReference(string id) => To(id);
}

/// <summary>The id of a SnapSet.</summary>
internal static partial class SnapSetId
{
    private const int Length = 8;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>
    /// A new id: as long as upstream's (six random bytes in base64), but without capitals, since the database behind
    /// Glance may compare tags without regard to case, and without signs that need quoting. 41 random bits.
    /// </summary>
    public static string Create() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>Whether an id is one that a maker of sets gives: 1 to 64 letters, digits, <c>_</c>, <c>.</c> and <c>-</c> of ASCII. Ours are,
    /// and upstream's are eight of URL-safe base64. Any project member can write another one into a tag.</summary>
    public static bool IsRegular(string? id) => id is not null && Regular().IsMatch(id);

    [GeneratedRegex(@"^[A-Za-z0-9_.-]{1,64}\z")]
    private static partial Regex Regular();
}
