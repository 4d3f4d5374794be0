namespace Hotstack.Contract.Controllers;

/// <summary>Which cluster behind a controller the contract is tried on, from the environment.</summary>
internal static class ControllerLabSettings
{
    /// <summary>The lab's directory; see tests/lab/controller-lab.sh.</summary>
    public const string DirectoryVariable = "HOTSTACK_CONTROLLER_LAB";

    /// <summary>The script that makes things happen to the controller.</summary>
    public const string ScriptVariable = "HOTSTACK_CONTROLLER_LAB_SCRIPT";

    public static string Directory => Variable(DirectoryVariable) ?? "";

    public static string Script => Variable(ScriptVariable) ?? "";

    /// <summary>Why there is no such cluster; null if there is one.</summary>
    public static string? WhyNot => Variable(DirectoryVariable) is null || Variable(ScriptVariable) is null
        ? $"no cluster behind a controller: {DirectoryVariable} and {ScriptVariable} are not set (tests/lab/controller-run.sh sets them)"
        : null;

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
