using Hotstack.Configuration;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;
using Hotstack.SnapSets;

namespace Hotstack.Sandbox.Demo;

/// <summary>The workflow of examples/first-snapset.ps1, without PowerShell.</summary>
internal sealed class DirectDemo(TextWriter output)
{
    public async Task<int> RunAsync(string cloudsYaml, string stackName, CancellationToken stop)
    {
        var activity = new ConsoleActivity(output);
        try
        {
            var sources = ConfigurationSources.OfThisProcess() with
            {
                Variables = new Dictionary<string, string> { ["OS_CLIENT_CONFIG_FILE"] = cloudsYaml },
            };
            using var cloud = Cloud.Connect(new CloudConfigurationLoader(sources).Load("sandbox", null, activity), activity);
            return await RunAsync(cloud, stackName, activity, stop);
        }
        catch (HotstackException e)
        {
            await output.WriteLineAsync($"{e.Message}\n{e.Hint}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            await output.WriteLineAsync("Stopped.");
            return 130;
        }
    }

    private async Task<int> RunAsync(Cloud cloud, string stackName, ConsoleActivity activity, CancellationToken stop)
    {
        var source = new InstanceSource { StackName = stackName };
        Title($"What would be frozen (Get-HotstackInstance -StackName {stackName})");
        ConsoleTable.Write(
            output, await new FindInstances(cloud).RunAsync(source, activity, stop),
            ("Name", i => i.Name), ("Role", i => i.Role), ("Status", i => i.Status), ("MacAddress", i => i.MacAddress), ("Flavor", i => i.Flavor));

        Title($"Freeze it (New-HotstackSnapSet -StackName {stackName} -StopServers -StartServers)");
        var request = new CreateSnapSetRequest
        {
            Source = source, StopServers = true, StartServers = true, PollInterval = TimeSpan.FromSeconds(1),
        };
        var made = await new CreateSnapSet(cloud).RunAsync(request, activity, (_, _) => Task.FromResult(true), stop);
        ConsoleTable.Write(
            output, made!.Members,
            ("Name", m => m.Name), ("Role", m => m.Role), ("Status", m => m.Status), ("ImageName", m => m.ImageName),
            ("GiB", m => $"{m.Size / (double)(1L << 30):0.0}"));

        Title("List the sets (Get-HotstackSnapSet)");
        ConsoleTable.Write(
            output, await new FindSnapSets(cloud).RunAsync(new(), stop),
            ("Id", s => s.Id), ("State", s => $"{s.State}"), ("CreatedAt", s => $"{s.CreatedAt:u}"), ("Members", s => string.Join(", ", s.Members)),
            ("StackName", s => s.StackName));

        Title($"Check it (Test-HotstackSnapSet {made.Id})");
        var findings = await new TestSnapSet(cloud).RunAsync(made.Id, stop);
        ConsoleTable.Write(
            output, findings, ("Member", f => f.Member), ("Check", f => f.Check), ("Result", f => $"{f.Result}"), ("Message", f => f.Message));
        var isUsable = TestSnapSet.IsUsable(findings);
        await output.WriteLineAsync($"SnapSet {made.Id} is {(isUsable ? "usable" : "NOT usable")}.");
        return isUsable ? 0 : 1;
    }

    private void Title(string text) => output.WriteLine($"\n== {text}");
}
