using Hotstack.Scenarios;
using Xunit;

namespace Hotstack.Contract.Scenarios;

/// <summary>A checkout of upstream's repository, from the environment: nothing is downloaded.</summary>
internal static class Checkout
{
    public const string Variable = "HOTSTACK_CHECKOUT";

    public static string Root => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? Path.GetFullPath(path) : "";

    /// <summary>Why there is none; null if there is one.</summary>
    public static string? WhyNot => Root.Length == 0 ? $"no checkout of Hotstack: {Variable} is not set (tests/lab/scenarios-run.sh sets it)"
        : !Directory.Exists(Path.Combine(Root, "scenarios")) ? $"{Variable}: {Root} has no folder scenarios" : null;

    /// <summary>Its templates, by their paths in <c>scenarios</c>.</summary>
    public static TheoryData<string> Templates => [.. Found("heat_template*.yaml")];

    /// <summary>Its files of variables, likewise.</summary>
    public static TheoryData<string> VariableFiles => [.. Found("bootstrap_vars.yml")];

    /// <summary>A template with the variables beside it.</summary>
    public static ScenarioFiles Scenario(string template)
    {
        string path = PathOf(template);
        return new ScenarioFiles(path, [Path.Combine(Path.GetDirectoryName(path)!, "bootstrap_vars.yml")], Root);
    }

    public static string PathOf(string name) => Path.Combine(Root, "scenarios", name);

    private static IEnumerable<string> Found(string pattern) => WhyNot is not null ? []
        : Directory.EnumerateFiles(Path.Combine(Root, "scenarios"), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Path.Combine(Root, "scenarios"), path)).Order(StringComparer.Ordinal);
}
