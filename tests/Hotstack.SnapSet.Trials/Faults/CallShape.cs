using System.Text.RegularExpressions;
using Hotstack.Sandbox;

namespace Hotstack.Trials.Faults;

/// <summary>What a call has in common with others of its kind: the method, and the path without what differs from run to run.</summary>
internal sealed partial record CallShape(string Method, string Path)
{
    private const string Any = "{}";

    /// <summary>All that varies has a sign that no word of the APIs has: a list is not one of its items.</summary>
    private const string Varies = "[^/]*[-.0-9][^/]*";

    /// <summary>A regular expression for the paths of this shape.</summary>
    public string Pattern => $"^{Regex.Escape(Path).Replace(@"\{}", Varies, StringComparison.Ordinal)}$";

    public static CallShape Of(Call call) => Of(call.Method, call.Path);

    public static CallShape Of(string method, string path) =>
        new(method, Varying().Replace(path, match => match.Groups["before"].Value + Any));

    public override string ToString() => $"{Method} {Path}";

    /// <summary>UUIDs with and without dashes, the helper's namespace, the names of nodes, pods and signing requests; and which secret is
    /// read, and which API is looked for, which are many alike.</summary>
    [GeneratedRegex(
        "(?<before>/nodes/|/pods/|/certificatesigningrequests/)[^/]+"
        + "|[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
        + "|hotstack-snapset-[a-z0-9]+"
        + "|(?<before>/namespaces/)[^/]+(?=/secrets/)|(?<before>/secrets/)[^/]+"
        + @"|(?<before>^/apis/)[a-z]+\.openshift\.io(?=/v1$)")]
    private static partial Regex Varying();
}
