namespace Hotstack.Scenarios;

/// <summary>Small templates of our own, with each construct of upstream's.</summary>
internal static class OwnScenarios
{
    private static string Folder => Path.Combine(Repository.Root, "tests", "Hotstack.SnapSet.Tests", "Scenarios", "Templates");

    public static ScenarioFiles BareMetal => Of("bare-metal");

    public static ScenarioFiles Switches => Of("switches");

    public static ScenarioFiles Of(string name) => new(
        Path.Combine(Folder, name + ".yaml"), [Path.Combine(Folder, "bootstrap_vars.yml"), Path.Combine(Folder, name + "-vars.yml")]);
}
