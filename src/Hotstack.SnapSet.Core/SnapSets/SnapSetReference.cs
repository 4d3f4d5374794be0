using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Hotstack.Deployments;
using Hotstack.OpenStack;

namespace Hotstack.SnapSets;

/// <summary>Names one set by its exact id, with its project where known; or holds a pattern that a user typed.</summary>
/// <remarks>Any project member, or the author of an export, can choose an id. An id is therefore literal; only the user's own text
/// (<see cref="Typed"/>) may be a pattern.</remarks>
public sealed record SnapSetReference
{
    private SnapSetReference()
    {
    }

    /// <summary>The id, as in the tag <c>snap_id=</c>; or the pattern.</summary>
    public required string Id { get; init; }

    /// <summary>Whether <see cref="Id"/> has wildcards: <c>*</c>, <c>?</c>, <c>[a-c]</c>.</summary>
    public bool IsPattern { get; private init; }

    /// <summary>The id of the set's project; null if unknown.</summary>
    public string? ProjectId { get; private init; }

    /// <summary>One set, by its exact id.</summary>
    /// <param name="id">The literal id.</param>
    /// <param name="projectId">The project's id; null if unknown.</param>
    public static SnapSetReference To(string id, string? projectId = null) => new() { Id = id, ProjectId = projectId };

    /// <summary>A set that was read.</summary>
    public static SnapSetReference To(SnapSet set) => To(set.Id, set.ProjectId);

    /// <summary>Text that a user typed: a pattern if it has wildcards (a backtick makes the next character literal), otherwise an exact
    /// id.</summary>
    public static SnapSetReference Typed(string text) => new() { Id = text, IsPattern = Wildcard.IsPattern(text) };

    /// <exception cref="HotstackException">The set is another project's (<c>ProjectMismatch</c>).</exception>
    internal Task RequireOwnProjectAsync(Cloud cloud, CancellationToken stop) =>
        OwnProject.RequireAsync(cloud, ProjectId, $"SnapSet '{Id}'", Id, stop);

    /// <summary>The same text, taken literally.</summary>
    public SnapSetReference AsLiteral() => this with { IsPattern = false };

    /// <summary>Whether a set matches. An exact id is case-sensitive, a pattern is not.</summary>
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

    /// <summary>A new id: as long as upstream's (six random bytes in base64), but without capitals, because Glance's database may compare
    /// tags case-insensitively, and without characters that need quoting. 41 random bits.</summary>
    public static string Create() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>Whether an id has the usual form: 1 to 64 ASCII letters, digits, <c>_</c>, <c>.</c> and <c>-</c>. Our ids have it, and so
    /// have upstream's (eight characters of URL-safe base64). Any project member can write another one into a tag.</summary>
    public static bool IsRegular(string? id) => id is not null && Regular().IsMatch(id);

    [GeneratedRegex(@"^[A-Za-z0-9_.-]{1,64}\z")]
    private static partial Regex Regular();
}
