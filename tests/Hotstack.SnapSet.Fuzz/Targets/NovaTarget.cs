using System.Text.Json;
using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;

namespace Hotstack.Fuzz.Targets;

/// <summary>Servers, flavors, actions and limits.</summary>
internal sealed class NovaTarget() : BodyTarget("nova", "servers", "server", "flavors", "limits", "actions")
{
    protected override void Read(JsonElement answer)
    {
        Many(answer, "servers", Show);
        One(answer, "server", Show);
        Many(answer, "flavors", Flavor.From);
        All(answer, "instanceActions", InstanceAction.From);
        Paging.HasNextLink(answer, "servers_links");
        if (answer.Field("limits")?.Field("absolute") is { } absolute)
        {
            Quota.From(absolute, "cores", "maxTotalCores", "totalCoresUsed").Fits(8);
        }
    }

    private static string Show(JsonElement json)
    {
        var server = Server.From(json);
        return $"{server}{ClusterProperties.From(server.Metadata, server.Name)}{string.Concat(server.MacAddresses)}";
    }
}
