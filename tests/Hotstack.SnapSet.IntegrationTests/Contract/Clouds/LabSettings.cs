namespace Hotstack.Contract.Clouds;

/// <summary>Which real cloud the contract is tried on, from the environment.</summary>
internal static class LabSettings
{
    /// <summary>A cloud of clouds.yaml; <c>OS_CLIENT_CONFIG_FILE</c> says which file.</summary>
    public const string CloudVariable = "HOTSTACK_CONTRACT_CLOUD";

    /// <summary>A stack with the output <c>snapset_data</c>. Its servers are stopped and started.</summary>
    public const string StackVariable = "HOTSTACK_CONTRACT_STACK";

    public static string Cloud => Variable(CloudVariable) ?? "";

    public static string Stack => Variable(StackVariable) ?? "";

    /// <summary>Another project of that cloud, as a cloud of the same clouds.yaml.</summary>
    public static string OtherCloud => $"{Cloud}-other";

    /// <summary>Its administrator, as a cloud of the same clouds.yaml.</summary>
    public static string AdminCloud => $"{Cloud}-admin";

    /// <summary>Why there is no real cloud; null if there is one.</summary>
    public static string? WhyNot => Variable(CloudVariable) is null || Variable(StackVariable) is null
        ? $"no real cloud: {CloudVariable} and {StackVariable} are not set (tests/lab/run.sh sets them)"
        : null;

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
