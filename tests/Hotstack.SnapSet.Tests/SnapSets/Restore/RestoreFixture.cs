using System.Text;
using System.Text.Json.Nodes;
using Hotstack.Deployments;
using Hotstack.OpenStack.Orchestration;
using Hotstack.Restoring;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Create;

namespace Hotstack.SnapSets.Restore;

/// <summary>A frozen deployment, and a template that could have made it.</summary>
public abstract class RestoreFixture : SnapSetFixture
{
    internal const string Target = "hs-again";

    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-restore-").FullName;

    internal List<string> Asked { get; } = [];

    /// <summary>What was asked of Heat that changes something.</summary>
    internal IEnumerable<Call> StackWrites =>
        Calls.Where(c => c.Service == "orchestration" && c.Method is "POST" or "PUT" or "DELETE" or "PATCH"
        && !c.Path.EndsWith("/preview", StringComparison.Ordinal) && c.Service == "orchestration");

    internal string Folder => _folder;

    protected override void DisposeConnections() => Directory.Delete(_folder, recursive: true);

    internal async Task<SnapSet> FreezeAsync(NewSnapSetRequest? request = null)
    {
        Sandbox.Cloud.StopServers();
        SnapSet set = await CreatedAsync(request);
        Activity.Clear();
        return set;
    }

    internal RestoreSnapSetRequest Of(SnapSet set, string? template = null) => new()
    {
        SnapSetId = set.Id,
        StackName = Target,
        TemplatePath = Write("template.yaml", template ?? TemplateOf([.. set.Members.Select(m => (m.Name, (string?)m.MacAddress))])),
        PollInterval = TimeSpan.FromSeconds(5),
    };

    internal Task<RestoredStack?> RunAsync(RestoreSnapSetRequest request, bool consents = true, CancellationToken? stop = null) =>
        new RestoreSnapSet(Cloud).RunAsync(
            request, Activity,
            (target, action) =>
            {
                Asked.Add($"{target}: {action}");
                return Task.FromResult(consents);
            },
            stop ?? Stop);

    internal async Task<RestoredStack> RestoreAsync(RestoreSnapSetRequest request) =>
        await RunAsync(request) ?? throw new InvalidOperationException("it was not restored");

    internal async Task<IReadOnlyList<Instance>> SomeAsync(params string[] names) =>
        [.. (await new GetInstances(Cloud).RunAsync(new InstanceSource { StackName = StackName }, Activity, Stop)).Where(
            i => names.Contains(i.Name))];

    internal async Task<Stack?> StackAsync(string name = Target) => await Cloud.Stacks.FindAsync(name, Stop);

    internal string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A server for each name, on one network of the stack's own; images and flavors by the roles' parameters.</summary>
    internal static string TemplateOf(
        IReadOnlyList<(string Name, string? Mac)> servers, string network = "{get_resource: machine-net}",
            string? subnet = "192.168.32.0/24",
        Func<string, string>? image = null)
    {
        var text = new StringBuilder("heat_template_version: 2018-08-31\nparameters:\n");
        foreach (string role in servers.Select(s => ParameterOf(s.Name)).Distinct())
        {
            text.Append($"  {role}: {{type: json, default: {{image: hotstack-controller, flavor: hotstack.xxlarge}}}}\n");
        }

        text.Append("  note: {type: string, default: ''}\nresources:\n");
        if (subnet is not null)
        {
            text.Append("  machine-net: {type: OS::Neutron::Net}\n")
                .Append($"  machine-subnet: {{type: OS::Neutron::Subnet, properties: {{network: {{get_resource: machine-net}}, cidr: {subnet}}}}}\n");
        }

        foreach ((string name, string? mac) in servers)
        {
            text.Append($"  {name}-port:\n    type: OS::Neutron::Port\n    properties:\n      network: {network}\n");
            if (mac is not null)
            {
                text.Append($"      mac_address: '{mac}'\n");
            }

            if (subnet is not null)
            {
                text.Append("    depends_on: machine-subnet\n");
            }

            string source = image?.Invoke(name) ?? $"{{get_param: [{ParameterOf(name)}, image]}}";
            text.Append($"  {name}:\n    type: OS::Nova::Server\n    properties:\n      image: {source}\n")
                .Append($"      flavor: {{get_param: [{ParameterOf(name)}, flavor]}}\n      networks: [{{port: {{get_resource: {name}-port}}}}]\n");
        }

        text.Append("outputs:\n  ocp_installer_type: {value: agent}\n");
        return text.ToString();
    }

    internal static JsonObject Image(string role, string image) => new() { [$"{role}_params"] = new JsonObject { ["image"] = image } };

    private static string ParameterOf(string name) => RoleParameters.Of(name.TrimEnd('0', '1', '2', '3') switch
    {
        "master" => "ocp_master",
        "worker" => "ocp_worker",
        var role => role,
    })!;
}
