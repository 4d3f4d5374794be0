using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Restore;

namespace Hotstack.Playbooks;

/// <summary>A sandbox, a checkout of upstream's shape, and a program that plays ansible-playbook.</summary>
public abstract class PlaybookFixture : SandboxFixture
{
    internal const string Deployed = "hs-from-nothing";

    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-checkout-").FullName;

    protected PlaybookFixture()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "roles"));
        foreach (string file in PlaybookStage.All.Select(stage => stage.File).Append("inventory.yml"))
        {
            File.WriteAllText(Path.Combine(_folder, file), "---\n");
        }

        Ansible = new ScriptedAnsible(this);
    }

    internal ScriptedAnsible Ansible { get; }

    internal string Checkout => _folder;

    internal List<string> Asked { get; } = [];

    internal PlaybookRequest Usual => new() { Checkout = _folder, ParameterFiles = [Write("vars.yml", "stack_name: hs-from-nothing\n")] };

    internal string LogText => File.ReadAllText(Directory.GetFiles(_folder, "*.log").Single());

    internal string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    internal Task<PlaybookVariables> CheckAsync(PlaybookRequest? request = null) =>
        new CheckPlaybooks { Ansible = Ansible }.RunAsync(request ?? Usual, Activity, Stop);

    internal async Task<PlaybookRun?> RunAsync(PlaybookRequest? request = null, bool consents = true, CancellationToken? stop = null)
    {
        request ??= Usual;
        PlaybookVariables variables = await CheckAsync(request);
        return await new RunPlaybooks(Cloud) { Ansible = Ansible }.RunAsync(
            request, variables, Activity,
            (target, action) =>
            {
                Asked.Add($"{target}: {action}");
                return Task.FromResult(consents);
            },
            stop ?? Stop);
    }

    internal async Task MakeStackAsync(IReadOnlyList<string>? tags = null)
    {
        await Cloud.Stacks.CreateAsync(
            new StackRequest
            {
                Name = Deployed,
                Template = RestoreFixture.TemplateOf([("controller", "fa:16:9e:81:f6:05"), ("master0", "fa:16:9e:81:f6:10")]),
                Tags = tags ?? [],
            },
            Stop);
        Clock.Advance(TimeSpan.FromMinutes(10));
    }

    protected override void DisposeConnections() => Directory.Delete(_folder, recursive: true);

    /// <summary>Plays ansible-playbook: 01 makes the stack.</summary>
    internal sealed class ScriptedAnsible(PlaybookFixture fixture) : IAnsible
    {
        public string Version { get; set; } = "ansible-playbook [core 2.14.18]";

        public JsonObject Variables { get; set; } = new() { ["stack_name"] = Deployed, ["os_cloud"] = "sandbox", ["scenario"] = "small" };

        /// <summary>The playbooks that ran.</summary>
        public List<string> Ran { get; } = [];

        /// <summary>The variables of the last run that override those of the files.</summary>
        public JsonNode? Given { get; private set; }

        public IReadOnlyDictionary<string, string?> Environment { get; private set; } = new Dictionary<string, string?>();

        /// <summary>What a playbook does; null for success.</summary>
        public Func<string, Action<string>, CancellationToken, Task<int>>? OnStage { get; set; }

        /// <summary>The argument with which it does not end.</summary>
        public string? Hangs { get; set; }

        public int SyntaxCode { get; set; }

        public string[] SyntaxLines { get; set; } = [];

        public async Task<int> RunAsync(AnsibleCall call, CancellationToken stop)
        {
            string file = call.Arguments[^1];
            if (Hangs is not null && call.Arguments.Contains(Hangs))
            {
                await Task.Delay(Timeout.Infinite, stop);
            }

            if (file == "--version")
            {
                call.OnLine(Version);
                return 0;
            }

            Environment = call.Environment;
            Given = JsonNode.Parse(await File.ReadAllTextAsync(call.Arguments.Last(a => a.StartsWith('@'))[1..], stop));
            if (call.Arguments.Contains("--syntax-check"))
            {
                Array.ForEach(SyntaxLines, call.OnLine);
                return SyntaxCode;
            }

            if (Path.GetFileName(file) == "hotstack_variables.yml")
            {
                call.OnLine(Event(call, new { @event = "ok", result = Variables }));
                return 0;
            }

            Ran.Add(file);
            call.OnLine($"PLAY [{file}]");
            call.OnLine(Event(call, new { @event = "task", task = "role : First" }));
            call.OnLine(Event(call, new { @event = "ok", task = "role : First", host = "localhost", changed = true }));
            if (file == "01-infra.yml" && await fixture.Cloud.Stacks.FindAsync(Deployed, stop) is null)
            {
                await fixture.MakeStackAsync();
            }

            return OnStage is null ? 0 : await OnStage(file, call.OnLine, stop);
        }

        public string Event(object told) => $"{Environment["HOTSTACK_EVENTS_MARK"]}{JsonSerializer.Serialize(told)}";

        private static string Event(AnsibleCall call, object told) =>
            $"{call.Environment["HOTSTACK_EVENTS_MARK"]}{JsonSerializer.Serialize(told)}";
    }
}
