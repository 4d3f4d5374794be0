using System.Text.RegularExpressions;

namespace Hotstack.Clusters.Wait;

/// <summary>Objects and a condition that they must have: <c>openstackcontrolplane/*:Ready</c>.</summary>
/// <param name="Kind">The kind, as <c>oc</c> names it: plural, singular or short name, also with its group:
/// <c>openstackcontrolplane.core.openstack.org</c>.</param>
/// <param name="Namespace">A wildcard for the namespace; null for any, and for kinds without namespaces.</param>
/// <param name="Name">A wildcard for the name.</param>
/// <param name="Condition">The type of the condition.</param>
/// <param name="Status">The status that it must have; <c>True</c> by default.</param>
internal sealed partial record AwaitedCondition(string Kind, string? Namespace, string Name, string Condition, string Status)
{
    /// <summary>Reads <c>KIND[.GROUP][/NAMESPACE]/NAME:CONDITION[=STATUS]</c>.</summary>
    /// <exception cref="ViolationsException">Some cannot be read (<c>WaitForInvalid</c>).</exception>
    public static IReadOnlyList<AwaitedCondition> ParseAll(IReadOnlyList<string> texts)
    {
        var violations = new List<string>();
        AwaitedCondition[] parsed = [.. texts.Select(text => Parse(text, violations)).OfType<AwaitedCondition>().Distinct()];
        return violations.Count == 0 ? parsed : throw new ViolationsException("WaitForInvalid", "-WaitFor", violations)
        {
            Hint = "Write KIND/NAME:CONDITION, for example openstackcontrolplane/*:Ready. The kind is the one that 'oc get' takes, also with "
                + "its group (KIND.GROUP); a namespace may precede the name (KIND/NAMESPACE/NAME); a status other than True may follow "
                + "(CONDITION=False). Names may have wildcards.",
        };
    }

    /// <summary>The refusal to wait where there is no cluster.</summary>
    /// <param name="deployment">The deployment.</param>
    public static HotstackException WithoutCluster(string deployment) => new(
        ErrorCause.InputInvalid, "WaitForWithoutCluster",
        $"-WaitFor names objects of a cluster, but deployment '{deployment}' has none: no server has the role of an OpenShift node, and there is no "
        + "kubeconfig.")
    {
        Target = deployment,
        Hint = "Omit -WaitFor, or give -Kubeconfig.",
    };

    /// <summary>As it is written.</summary>
    public override string ToString() =>
        $"{Kind}/{(Namespace is null ? "" : $"{Namespace}/")}{Name}:{Condition}{(Status == "True" ? "" : $"={Status}")}";

    private static AwaitedCondition? Parse(string text, List<string> violations)
    {
        int colon = text.LastIndexOf(':');
        string[] objects = (colon < 0 ? text : text[..colon]).Split('/');
        string[] condition = colon < 0 ? [] : text[(colon + 1)..].Split('=', 2);
        string? fault =
            colon < 0 || condition[0].Length == 0 ? "it names no condition (':Ready' is missing)"
            : objects.Length is not (2 or 3) || objects.Any(part => part.Length == 0) ? "it is not KIND/NAME or KIND/NAMESPACE/NAME before the ':'"
            : !KindName().IsMatch(objects[0]) ? $"'{objects[0]}' is not the name of a kind"
            : !ConditionName().IsMatch(condition[0]) ? $"'{condition[0]}' is not the name of a condition"
            : condition is [_, { } status] && !StatusName().IsMatch(status) ? $"'{status}' is not a status (True, False or Unknown)"
            : null;
        if (fault is not null)
        {
            violations.Add($"'{text}': {fault}");
            return null;
        }

        return new(objects[0], objects.Length == 3 ? objects[1] : null, objects[^1], condition[0], condition is [_, { } wanted] ? wanted : "True");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex KindName();

    /// <summary>The API's own rule for the type of a condition.</summary>
    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_./-]*\z")]
    private static partial Regex ConditionName();

    [GeneratedRegex(@"\A(True|False|Unknown)\z", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex StatusName();
}
