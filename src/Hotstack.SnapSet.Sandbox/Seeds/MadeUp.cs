using System.Text.Json.Nodes;
using Hotstack.Sandbox.Compute;
using Hotstack.Sandbox.Networking;
using Hotstack.Sandbox.Orchestration;
using Hotstack.Sandbox.Orchestration.Hot;

namespace Hotstack.Sandbox.Seeds;

/// <summary>Images, flavors, networks and keys that a template names and the cloud lacks: they are made up, so that it can be deployed.</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="project">Who deploys it.</param>
/// <param name="addImage">Makes an image of this name.</param>
internal sealed class MadeUp(SandboxCloud cloud, string project, Action<string> addImage)
{
    /// <summary>What the properties of servers, volumes and networks name, whether beside others or alone.</summary>
    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["image"] = "glance.image", ["image_id"] = "glance.image", ["flavor"] = "nova.flavor", ["key_name"] = "nova.keypair",
        ["network"] = "neutron.network", ["network_id"] = "neutron.network", ["floating_network"] = "neutron.network",
        ["floating_network_id"] = "neutron.network",
    };

    private readonly List<string> _made = [];

    /// <summary>What was made up: <c>image hotstack-sonic</c>.</summary>
    public IReadOnlyList<string> All => _made;

    /// <summary>What the parameters name, by their <c>custom_constraint</c>.</summary>
    public void ForParameters(HotTemplate template, JsonObject given)
    {
        foreach (var parameter in template.Parameters.Values)
        {
            foreach (var constraint in parameter.Constraints.OfType<JsonObject>())
            {
                if (PythonText.IsText(constraint["custom_constraint"], out var kind)
                    && PythonText.IsText(given[parameter.Name] ?? parameter.Default, out var name))
                {
                    Ensure(kind, name);
                }
            }
        }
    }

    /// <summary>What the resources name.</summary>
    public void ForResources(Stack stack)
    {
        var scope = new StackScope(cloud, stack, stack.Plan);
        var functions = new Functions(new PlanScope(scope));
        foreach (var resource in scope.Enabled())
        {
            if (PythonText.Of(resource.TypeNode).Split("::") is ["OS", "Nova" or "Neutron" or "Cinder", _])
            {
                Look(resource.Properties, functions);
            }
        }
    }

    private void Look(JsonNode? node, Functions functions)
    {
        foreach (var item in node as JsonArray ?? [])
        {
            Look(item, functions);
        }

        foreach (var (key, value) in node as JsonObject ?? [])
        {
            Look(value, functions);
            if (Kinds.TryGetValue(key, out var kind) && Known(value, functions) is { } known && PythonText.IsText(known, out var name))
            {
                Ensure(kind, name);
            }
        }
    }

    private static JsonNode? Known(JsonNode? value, Functions functions)
    {
        try
        {
            return functions.Resolve(value);
        }
        catch (NotYetKnownException)
        {
            return null;
        }
    }

    private void Ensure(string kind, string name)
    {
        if (CustomConstraints.Check(cloud, project, kind, name) is null)
        {
            return;
        }

        switch (kind)
        {
            case "glance.image":
                addImage(name);
                break;
            case "nova.flavor":
                cloud.FlavorList.Add(new Flavor(cloud.NewId(), name, 8192, 4, 160));
                break;
            case "nova.keypair":
                cloud.KeyPairList.Add(new KeyPair(name, "ssh-rsa AAAA sandbox", cloud.Accounts.User(SeedAccounts.Own).Id));
                break;
            case "neutron.network":
                var maker = new NetworkMaker(cloud);
                var network = maker.AddNetwork(name, cloud.Accounts.Project(SeedAccounts.Admin).Id, external: true);
                maker.AddSubnet(network, name + "-subnet", $"198.18.{cloud.NetworkList.Count}.0/24", 4, new SubnetOptions());
                break;
            default:
                return;
        }

        _made.Add($"{kind[(kind.IndexOf('.', StringComparison.Ordinal) + 1)..]} {name}");
    }
}
