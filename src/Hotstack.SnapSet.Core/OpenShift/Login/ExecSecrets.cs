using System.Text.RegularExpressions;

namespace Hotstack.OpenShift.Login;

/// <summary>Finds what may be secret in a plugin's output, also where that is no answer: words longer than names are.</summary>
internal static partial class ExecSecrets
{
    /// <summary>How many are found at most: they are looked for one by one.</summary>
    public const int MostWords = 200;

    /// <summary>Names of the answer's own fields, which are no secrets.</summary>
    private static readonly string[] Fields = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1", "clientCertificateData", "expirationTimestamp", "ExecCredential"];

    public static IEnumerable<string> InOutput(string output) =>
        Words().Matches(output.Replace("\\n", "\n", StringComparison.Ordinal)).Select(word => word.Value).Except(Fields).Take(MostWords);

    [GeneratedRegex(@"[^\s""',{}\[\]:\\]{8,}")]
    private static partial Regex Words();
}
