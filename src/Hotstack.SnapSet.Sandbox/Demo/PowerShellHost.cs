namespace Hotstack.Sandbox.Demo;

/// <summary>Finds a <c>pwsh</c>.</summary>
internal static class PowerShellHost
{
    /// <summary>Its path: on the PATH, or where .NET keeps global tools; null if there is none.</summary>
    public static string? Find()
    {
        var name = OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh";
        var tools = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet", "tools");
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append(tools)
            .Where(directory => directory.Length > 0)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);
    }
}
