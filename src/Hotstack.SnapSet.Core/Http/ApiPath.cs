using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Hotstack.Http;

/// <summary>
/// A path below a service's address, written as an interpolated string: <c>$"images/{id}/file"</c>. What stands in the braces came
/// from outside and is one segment, never more: an id or a name of letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, and neither
/// <c>.</c> nor <c>..</c>. So it reads the same however often a proxy decodes it, and cannot lead to another object.
/// </summary>
/// <remarks>
/// Ids of images, servers, volumes and projects are UUIDs or hex digits; a flavor's or a stack's may be a name (Heat:
/// <c>[a-zA-Z][a-zA-Z0-9_.-]*</c>); Kubernetes' names of what we ask for by name are DNS subdomains (RFC 1123). All of them fit. (Signing
/// requests may have any name; those of kubelets fit.)
/// There is no conversion from a string: <c>isOne ? $"a/{id}" : $"a"</c> would make one without any check.
/// </remarks>
[InterpolatedStringHandler]
internal readonly partial struct ApiPath
{
    /// <summary>The error by which an id is refused.</summary>
    public const string InvalidId = "IdInvalid";

    private const int MostShown = 80;

    private readonly StringBuilder _text;
    private readonly List<string> _refused;

    /// <summary>Called by the compiler.</summary>
    public ApiPath(int literalLength, int formattedCount)
    {
        _text = new StringBuilder(literalLength + (formattedCount * 36));
        _refused = [];
    }

    /// <summary>A path that is written in the code, with nothing from outside in it.</summary>
    public static ApiPath Fixed([ConstantExpected] string path)
    {
        var made = new ApiPath(path.Length, 0);
        made.AppendLiteral(path);
        return made;
    }

    /// <summary>Called by the compiler with what stands between the braces' pairs.</summary>
    public void AppendLiteral(string text) => _text.Append(text);

    /// <summary>Called by the compiler with what stands in braces: one segment.</summary>
    public void AppendFormatted(string? segment)
    {
        if (!IsSegment(segment))
        {
            _refused.Add(segment ?? "");
        }

        _text.Append(segment);
    }

    /// <summary>Called by the compiler with a path that was checked by itself.</summary>
    public void AppendFormatted(ApiPath path)
    {
        _text.Append(path._text);
        _refused.AddRange(path._refused);
    }

    /// <summary>The path with one more segment, which is checked.</summary>
    public ApiPath With(string segment) => $"{this}/{segment}";

    /// <summary>The path, fit to stand in an address as it is.</summary>
    /// <param name="service">The service to which it would be sent.</param>
    /// <exception cref="HotstackException">An id in it cannot stand in an address (<c>IdInvalid</c>).</exception>
    public string For(string service) => _refused.Count == 0 ? _text.ToString() : throw Refusal(service, _refused[0]);

    /// <summary>Whether an id or a name is fit to be one segment of a path.</summary>
    public static bool IsSegment(string? id) => id is not (null or "." or "..") && SegmentPattern().IsMatch(id);

    /// <summary>An id or a name that is fit to be one segment of a path.</summary>
    /// <param name="service">The service to which it would be sent.</param>
    /// <param name="id">What came from outside.</param>
    /// <exception cref="HotstackException">It is not (<c>IdInvalid</c>).</exception>
    public static string Segment(string service, string id)
    {
        ApiPath path = $"{id}";
        return path.For(service);
    }

    private static HotstackException Refusal(string service, string id)
    {
        string reason = id switch
        {
            "" => "it is empty",
            "." or ".." => "it leads to another address",
            _ => "ids have only letters, digits, '.', '_' and '-'",
        };
        string start = id.Length > MostShown ? id[..MostShown] + "…" : id;
        return new(
            ErrorCause.ResponseInvalid, InvalidId,
            $"{service}: the id or name '{HiddenCharacters.WriteOut(start)}' cannot be used in an address: {reason}. Nothing was sent.")
        {
            Target = id,
            Hint = $"Find out where it comes from: the {service} service of this cloud or cluster, its tags and metadata, or a file.",
        };
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]+\z")]
    private static partial Regex SegmentPattern();
}
