using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Hotstack.Http;

/// <summary>
/// A path below a service's address, written as an interpolated string: <c>$"images/{id}/file"</c>. The braces hold
/// text from outside, always one segment: an id or a name of letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, but not
/// <c>.</c> or <c>..</c>. So a proxy may decode it any number of times, and it never leads to another object.
/// </summary>
/// <remarks>
/// Ids of images, servers, volumes and projects are UUIDs or hex digits; a flavor's or a stack's may be a name (Heat:
/// <c>[a-zA-Z][a-zA-Z0-9_.-]*</c>); the Kubernetes names that we use are DNS subdomains (RFC 1123). All of them fit. (Signing
/// requests may have any name; those of kubelets fit.)
/// There is no conversion from a string: <c>isOne ? $"a/{id}" : $"a"</c> would make one without any check.
/// </remarks>
[InterpolatedStringHandler]
internal readonly partial struct ApiPath
{
    /// <summary>The error id for an invalid id.</summary>
    public const string InvalidId = "IdInvalid";

    private const int MaxShown = 80;

    private readonly StringBuilder _text;
    private readonly List<string> _refused;

    /// <summary>Called by the compiler.</summary>
    public ApiPath(int literalLength, int formattedCount)
    {
        _text = new StringBuilder(literalLength + (formattedCount * 36));
        _refused = [];
    }

    /// <summary>A constant path, without text from outside.</summary>
    public static ApiPath Fixed([ConstantExpected] string path)
    {
        var made = new ApiPath(path.Length, 0);
        made.AppendLiteral(path);
        return made;
    }

    /// <summary>Called by the compiler with literal text.</summary>
    public void AppendLiteral(string text) => _text.Append(text);

    /// <summary>Called by the compiler with text in braces: one segment.</summary>
    public void AppendFormatted(string? segment)
    {
        if (!IsSegment(segment))
        {
            _refused.Add(segment ?? "");
        }

        _text.Append(segment);
    }

    /// <summary>Called by the compiler with a path that is already checked.</summary>
    public void AppendFormatted(ApiPath path)
    {
        _text.Append(path._text);
        _refused.AddRange(path._refused);
    }

    /// <summary>The path with one more segment, which is checked.</summary>
    public ApiPath With(string segment) => $"{this}/{segment}";

    /// <summary>The path, valid in an address.</summary>
    /// <param name="service">The service that it is for.</param>
    /// <exception cref="HotstackException">An id in it cannot stand in an address (<c>IdInvalid</c>).</exception>
    public string For(string service) => _refused.Count == 0 ? _text.ToString() : throw Refusal(service, _refused[0]);

    /// <summary>Whether an id or a name is valid as one segment of a path.</summary>
    public static bool IsSegment(string? id) => id is not (null or "." or "..") && SegmentPattern().IsMatch(id);

    /// <summary>An id or a name, checked as one segment of a path.</summary>
    /// <param name="service">The service that it is for.</param>
    /// <param name="id">The text from outside.</param>
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
        string start = id.Length > MaxShown ? id[..MaxShown] + "…" : id;
        return new(
            ErrorCause.ResponseInvalid, InvalidId,
            $"{service}: the id or name '{DisplayText.WriteOut(start)}' cannot be used in an address: {reason}. Nothing was sent.")
        {
            Target = id,
            Hint = $"Find out where it comes from: the {service} service of this cloud or cluster, its tags and metadata, or a file.",
        };
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]+\z")]
    private static partial Regex SegmentPattern();
}
