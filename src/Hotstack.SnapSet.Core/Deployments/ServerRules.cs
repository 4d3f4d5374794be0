using Hotstack.OpenStack.Compute;

namespace Hotstack.Deployments;

/// <summary>The rules for a server before a snapshot.</summary>
internal static class ServerRules
{
    public const string ShutOff = "SHUTOFF";
    public const string Active = "ACTIVE";

    /// <summary>The server runs from another image than its own. The virtual BMC of bare-metal stand-ins (sushy-emulator) uses Nova's
    /// rescue mode for virtual media and for boots over the network.</summary>
    public const string Rescue = "RESCUE";

    /// <summary>Whether a server is on, by its status.</summary>
    public static bool IsOn(Instance instance) => instance.Status is Active or Rescue or "REBOOT" or "HARD_REBOOT";

    /// <summary>What to do with a server in rescue mode, in a sentence without a full stop.</summary>
    public static string RescueFix(string serverId) =>
        "it boots from a virtual medium or over the network by Nova's rescue mode; eject the medium first through its virtual BMC, or run "
        + $"'openstack server unrescue {CommandArgument.Of(serverId)}'";

    /// <param name="instance">The member to be, with the MAC addresses of its ports.</param>
    /// <param name="server">The server; null if there is none.</param>
    /// <param name="mayRun">The server will be shut down first.</param>
    /// <param name="mayBeBusy">An earlier run's snapshot of it may be in progress.</param>
    public static IEnumerable<string> Violations(Instance instance, Server? server, bool mayRun, bool mayBeBusy)
    {
        if (server is null)
        {
            yield return $"instance {instance.Name}: there is no server {instance.Id} in this project";
            yield break;
        }

        if (server.Status != ShutOff && !(mayRun && server.Status == Active))
        {
            yield return $"instance {instance.Name}: server {server.Id} is {server.Status}, not {ShutOff}" + server switch
            {
                { Fault: { } fault } => $": {fault}",
                { Status: Active } => "; shut it down, or use -StopServers",
                { Status: Rescue } => $": {RescueFix(server.Id)}",
                _ => "",
            };
        }

        bool isStopping = mayRun && server is { Status: Active, TaskState: "powering-off" };
        if (server.TaskState is { } task && !mayBeBusy && !isStopping)
        {
            yield return $"instance {instance.Name}: server {server.Id} is busy ({task}); wait until the task ends";
        }

        if (!instance.MacAddresses.Contains(instance.MacAddress))
        {
            string own = instance.MacAddresses.Count > 0 ? string.Join(", ", instance.MacAddresses) : "no port at all";
            yield return $"instance {instance.Name}: no port of server {server.Id} has the MAC address "
                + $"{instance.MacAddress}; it has {own}";
        }
    }
}
