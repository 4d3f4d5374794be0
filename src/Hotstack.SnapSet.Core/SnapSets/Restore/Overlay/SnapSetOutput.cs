using Hotstack.Configuration;
using Hotstack.Deployments;
using Hotstack.Templates;

namespace Hotstack.SnapSets.Restore.Overlay;

/// <summary>The output <c>snapset_data</c> of a restored stack, in upstream's shape (hotstack: scenarios/snapshot-sno), so that a set can be
/// made of it again: all servers that Heat creates, as of a stack that was deployed.</summary>
internal static class SnapSetOutput
{
    /// <summary>Adds it. The template's own output stays, unless it names servers that are not created: Heat reports null for their
    /// ids. If not all servers can be in it, there is none: the instances are then read from the stack's resources.</summary>
    /// <param name="root">The copy of the template that gets it.</param>
    /// <param name="bundle">The template.</param>
    /// <param name="matching">The members' servers.</param>
    /// <param name="macs">Their ports.</param>
    /// <param name="areMacsGiven">The ports get the addresses of the plan.</param>
    /// <param name="notes">Get the change.</param>
    public static void Add(
        DocMap root, TemplateBundle bundle, MemberMatching matching, MacPlan macs, bool areMacsGiven, OverlayNotes notes)
    {
        bool isThere = bundle.Template.HasOutput(SnapSetData.Key);
        if (isThere && root.MapOrNull("outputs")?[SnapSetData.Key] is { } written
            && !bundle.Presence.Absent.Any(name => IsReferredTo(written, name)))
        {
            return;
        }

        if (!isThere && bundle.Template.NestedResources.Count > 0)
        {
            return;
        }

        var roles = new ServerRoles(bundle);
        var instances = new DocMap(root.Mark);
        foreach (TemplateServer server in bundle.Template.Servers)
        {
            SnapSetMember? member = matching.Pairs.FirstOrDefault(pair => pair.Server.ResourceName == server.ResourceName).Member;
            // Heat reports null for the id of a server that it does not create.
            bool isUncertain = member is null && bundle.Presence.Unknown.Contains(server.ResourceName);
            if ((isUncertain ? null : Address(root, server, macs, areMacsGiven)) is not { } address)
            {
                if (!isThere)
                {
                    return;
                }

                if (!isUncertain)
                {
                    notes.Warn($"{member?.Name ?? server.ResourceName} has no MAC address for the output {SnapSetData.Key} and is left out of it.");
                }

                continue;
            }

            instances.Set(
                server.ResourceName,
                new DocMap(root.Mark)
                    .Set("uuid", new DocMap(root.Mark, isFlow: true).Set("get_resource", server.ResourceName))
                    .Set("role", member?.Role ?? roles.Of(server))
                    .Set("mac_address", address));
        }

        if (instances.Count > 0)
        {
            root.MapFor("outputs").Set(
                SnapSetData.Key,
                new DocMap(root.Mark)
                    .Set("description", "What Hotstack snapshots of this stack are made of")
                    .Set("value", new DocMap(root.Mark).Set("instances", instances)));
            notes.Change(isThere
                ? $"output {SnapSetData.Key} replaced, because the template's own names resources that are not created"
                : $"output {SnapSetData.Key} added");
        }
    }

    private static bool IsReferredTo(DocNode node, string resource) => node switch
    {
        DocMap { Count: 1 } map when (map["get_resource"] ?? map["get_attr"]) is { } argument => TemplateResources.IsNamedIn(argument,
            resource),
        DocMap map => map.Entries.Any(entry => IsReferredTo(entry.Value, resource)),
        DocList list => list.Items.Exists(item => IsReferredTo(item, resource)),
        _ => false,
    };

    private static DocNode? Address(DocMap root, TemplateServer server, MacPlan macs, bool areMacsGiven)
    {
        if (macs.MainPort(server) is not { } index)
        {
            return null;
        }

        if (server.Ports[index].ResourceName is { } port)
        {
            var path = new DocList(root.Mark, [DocScalar.Of(root.Mark, port), DocScalar.Of(root.Mark, "mac_address")], isFlow: true);
            return new DocMap(root.Mark, isFlow: true).Set("get_attr", path);
        }

        return (areMacsGiven ? macs.MacOf(server, index) : server.Ports[index].MacAddress) is { } mac ? DocScalar.Of(root.Mark, mac) : null;
    }
}
