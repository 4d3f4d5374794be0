using System.Text.Json.Nodes;
using Hotstack.Clusters.Revive;
using Hotstack.Clusters.Suspend;
using Hotstack.Clusters.Wait;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Hotstack.Restoring;
using Hotstack.Sandbox;
using Hotstack.Sandbox.Cluster.Requests;
using Hotstack.Sandbox.Cluster.Trust;
using Hotstack.Sandbox.Seeds;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Move;
using Hotstack.SnapSets.Remove;
using Hotstack.SnapSets.Restore;
using Hotstack.SnapSets.Test;
using Hotstack.Suggestions;
using Xunit;

namespace Hotstack.SecretsKept;

/// <summary>Every workflow, on good days and against services that quote what they were sent: no secret in anything that is told.</summary>
public sealed class WorkflowSecretsTests : ClusterFixture
{
    /// <summary>Not tried again, so that it goes through all workflows at once.</summary>
    private const int Forbidden = 403;

    private const string Parameter = "par4meter-Zq9";
    private const string Hidden = "h1dden-Zq9";
    private const string UserData = "us3rdata-Zq9";

    public WorkflowSecretsTests() => Size = AllNodes;

    /// <summary>Which workflows ask which service for what is not asked for elsewhere.</summary>
    private static readonly Dictionary<string, string[]> Askers = new()
    {
        ["identity"] = ["find", "suggest"],
        ["compute"] = ["find instances", "create", "suspend", "revive"],
        ["image"] = ["create", "find", "export", "import", "restore", "remove"],
        ["orchestration"] = ["find instances", "restore"],
        ["network"] = ["restore"],
        ["kubernetes"] = ["test cluster", "wait", "suspend", "revive"],
    };

    private static readonly LeakDetector Detector = new(
        SeedAccounts.Password, SeedAccounts.CredentialSecret, KubeAccess.OperatorToken, Parameter, Hidden, UserData,
            Pki.KeyPem.Split('\n')[1]);

    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-secrets-").FullName;

    private SnapSet? _set;
    private Cloud? _cloud;
    private Cluster? _operator;

    public static TheoryData<int> Refusals => [Forbidden, 500];

    protected override void DisposeConnections()
    {
        base.DisposeConnections();
        _operator?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>All of them, in an order in which each finds what it needs.</summary>
    private IEnumerable<(string Name, Func<Task<object?>> Run)> Workflows() =>
    [
        ("test cluster", async () => await TestAsync()),
        ("wait", () => WaitAsync()),
        ("suspend", async () => await new SuspendCluster(_cloud!, Cluster).RunAsync(
            new() { Source = Stack, Method = ShutdownMethod.Nova }, Activity, Yes, Stop)),
        ("find instances", async () => await new GetInstances(_cloud!).RunAsync(Stack, Activity, Stop)),
        ("create", async () => _set = await new NewSnapSet(_cloud!).RunAsync(new() { Source = Stack, StopServers = true }, Activity, Yes,
            Stop)),
        ("find", async () => await new GetSnapSets(_cloud!).RunAsync(new(), Stop)),
        ("test", async () => await new TestSnapSet(_cloud!).RunAsync(SetId, Stop)),
        ("parameters", async () => await new StackParameters(_cloud!).ToYamlAsync(SetId, Stop)),
        ("export", async () => await new ExportSnapSet(_cloud!).RunAsync(new() { Id = SetId, Path = _folder }, Activity, Yes, Stop)),
        ("import", async () => await new ImportSnapSet(_cloud!).RunAsync(
            new() { Path = $"{_folder}/hotstack-snapset-{SetId}", NewId = true }, Activity, Yes, Stop)),
        ("restore", async () => await RestoreAsync()),
        ("revive", async () => await new ReviveCluster(_cloud!, Cluster, new RecordSearch(_cloud!)).RunAsync(
            new() { Source = Stack }, Activity, Yes, Stop)),
        ("resume", async () => await new NewSnapSet(_cloud!).RunAsync(new() { Source = Stack, ResumeId = SetId }, Activity, Yes, Stop)),
        ("suggest", async () => await new CloudSuggestions(_cloud!).SnapSetsAsync(false, Stop)),
        ("remove", async () => await new RemoveSnapSet(_cloud!).RunAsync(SetId, force: true, Activity, Yes, Stop)),
    ];

    private string SetId => _set?.Id ?? "AAAAaaaa";

    [Fact]
    public async Task On_good_days()
    {
        _operator = ConnectToCluster("operator");
        var failed = new List<string>();
        foreach ((string name, Func<Task<object?>> run) in Workflows())
        {
            if (await RunAsync(name, run) is { } error)
            {
                failed.Add($"{name}: {error.Id}");
            }
        }

        // Three masters have one role; and of a whole set nothing can be resumed.
        Assert.Equal(["parameters: RoleAmbiguous", "resume: SnapSetNotResumable"], failed);
        // The cloud cannot know of a parameter that it is one, if neither the template nor its name tells.
        Assert.Empty(Detector.FoundIn(
            string.Join('\n', Calls.Select(call => $"{call} {call.Body}".Replace(Parameter, "", StringComparison.Ordinal)))));
        Assert.All(
            [.. Directory.GetFiles(_folder, "*.json", SearchOption.AllDirectories), .. Directory.GetFiles(_folder, "*-outputs.yaml")],
            file => Assert.Empty(Detector.FoundIn(File.ReadAllText(file))));
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task When_a_service_quotes_what_it_was_sent(int status)
    {
        _operator = ConnectToCluster("operator");
        Sandbox.Cloud.AddUpstreamSnapSet("AAAAaaaa", TimeSpan.FromHours(1), null, "private");
        int quoted = 0;
        foreach ((string service, string[] askers) in Askers)
        {
            Sandbox.Faults.Clear();
            Sandbox.Faults.Add(new Fault { Kind = FaultKind.Echo, Service = service, Status = status, Times = 0 });
            foreach ((string name, Func<Task<object?>> run) in Workflows()
                .Where(workflow => askers.Contains(workflow.Name) && (status == Forbidden || workflow.Name == "find")))
            {
                quoted += await RunAsync($"{service}: {name}", run) is { } error && error.ToString()
                    .Contains("***", StringComparison.Ordinal) ? 1 : 0;
            }
        }

        Assert.InRange(quoted, status == Forbidden ? 12 : 2, int.MaxValue);
    }

    [Fact]
    public void What_is_looked_for_would_be_found() => Assert.All(
        [Parameter, Hidden, UserData, SeedAccounts.Password, KubeAccess.OperatorToken],
        secret => Assert.NotEmpty(Detector.FoundIn(LeakDetector.Shown(
            new HotstackException(ErrorCause.NotFound, "X", "x") { Hint = $"a {Uri.EscapeDataString(secret)}" }))));

    private async Task<HotstackException?> RunAsync(string name, Func<Task<object?>> run)
    {
        HotstackException? error = null;
        object? result = null;
        Activity.Clear();
        // Each logs in anew, as a command does.
        using Cloud cloud = _cloud = Cloud.Connect(Configuration(name.Length % 2 == 0 ? "sandbox" : "sandbox-appcred"), Activity, Clock);
        try
        {
            result = await run();
        }
        catch (HotstackException e)
        {
            error = e;
        }

        string told = string.Join('\n', Activity.Everything.Concat(Activity.Reports.Select(report => report.ToString())));
        IReadOnlyList<string> found = Detector.FoundIn($"{told}\n{LeakDetector.Shown(error)}\n{LeakDetector.Shown(result)}");
        Assert.True(found.Count == 0, $"{name}: {string.Join('\n', found)}");
        return error;
    }

    private async Task<object?> WaitAsync()
    {
        await new WaitCluster(_operator!).RunAsync(new() { Goal = ClusterGoal.Ready, Timeout = TimeSpan.FromSeconds(30) }, Activity, Stop);
        return null;
    }

    private Task<RestoredStack?> RestoreAsync()
    {
        string template = Path.Combine(_folder, "template.yaml");
        File.WriteAllText(template, RestoreFixture.TemplateOf([.. AllNames.Select(name => (name, (string?)null))])
            .Replace("  note:", "  pull: {type: string, hidden: true, default: ''}\n  note:", StringComparison.Ordinal)
            .Replace("      flavor:", $"      user_data: |\n        #cloud-config\n        chpasswd: {UserData}\n      flavor:",
                StringComparison.Ordinal));
        string parameters = Path.Combine(_folder, "vars.yaml");
        File.WriteAllText(parameters, $"pull: {Hidden}\n");
        return new RestoreSnapSet(_cloud!).RunAsync(
            new()
            {
                SnapSetId = SetId, StackName = "hs-again", TemplatePath = template, ParameterFiles = [parameters], OutputPath = _folder,
                Parameters = new JsonObject { ["note"] = Parameter }, Secrets = [Parameter],
            },
            Activity, Yes, Stop);
    }

    private static readonly string[] AllNames = ["controller", "master0", "master1", "master2", "worker0", "worker1"];
}
