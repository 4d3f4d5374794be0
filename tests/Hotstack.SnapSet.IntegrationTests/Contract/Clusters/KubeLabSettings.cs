namespace Hotstack.Contract.Clusters;

/// <summary>Which real Kubernetes API the contract is tried on, from the environment.</summary>
internal static class KubeLabSettings
{
    /// <summary>A directory with kubeconfigs of several users; see tests/lab/kube-lab.sh.</summary>
    public const string DirectoryVariable = "HOTSTACK_KUBE_LAB";

    /// <summary>The script that makes things happen in the cluster.</summary>
    public const string ScriptVariable = "HOTSTACK_KUBE_LAB_SCRIPT";

    public static string Directory => Variable(DirectoryVariable) ?? "";

    public static string Script => Variable(ScriptVariable) ?? "";

    /// <summary>Why there is no real cluster; null if there is one.</summary>
    public static string? WhyNot => Variable(DirectoryVariable) is null || Variable(ScriptVariable) is null
        ? $"no real cluster: {DirectoryVariable} and {ScriptVariable} are not set (tests/lab/kube-run.sh sets them)"
        : null;

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
