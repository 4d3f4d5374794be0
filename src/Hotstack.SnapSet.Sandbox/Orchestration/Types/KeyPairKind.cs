using System.Text.Json.Nodes;
using Hotstack.Sandbox.Compute;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Orchestration.Types;

internal sealed class KeyPairKind() : ResourceKind("OS::Nova::KeyPair")
{
    public override string Client => "nova";

    public override IReadOnlyDictionary<string, PropertySchema> Properties { get; } = new Dictionary<string, PropertySchema>
    {
        ["name"] = PropertySchema.Text with { Required = true }, ["save_private_key"] = PropertySchema.Boolean,
            ["public_key"] = PropertySchema.Text,
        ["type"] = PropertySchema.Text, ["user"] = PropertySchema.Text,
    };

    public override IReadOnlyList<string> Attributes { get; } = ["public_key", "private_key", "show"];

    public override TimeSpan Begin(ResourceSite site)
    {
        var name = site.Text("name")!;
        if (site.Cloud.KeyPairList.Exists(k => k.Name == name && k.UserId == site.Stack.User.Id))
        {
            throw new ApiException(409, $"Key pair '{name}' already exists.");
        }

        site.Cloud.KeyPairList.Add(new KeyPair(name, site.Text("public_key") ?? "ssh-rsa AAAA sandbox", site.Stack.User.Id));
        site.Resource.PhysicalId = name;
        return TimeSpan.Zero;
    }

    public override TimeSpan Delete(ResourceSite site)
    {
        site.Cloud.KeyPairList.RemoveAll(k => k.Name == site.Resource.PhysicalId && k.UserId == site.Stack.User.Id);
        return TimeSpan.Zero;
    }

    public override JsonNode? Attribute(ResourceSite site, string name) => name switch
    {
        "public_key" => site.Find.KeyPair(site.Resource.PhysicalId)?.PublicKey,
        "private_key" => "",
        _ => null,
    };
}
