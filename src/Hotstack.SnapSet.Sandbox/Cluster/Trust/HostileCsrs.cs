using System.Text;
using Hotstack.Sandbox.Cluster.Control;

namespace Hotstack.Sandbox.Cluster.Trust;

/// <summary>Requests that must not be approved.</summary>
internal static class HostileCsrs
{
    public static Dictionary<string, string> Add(Csrs csrs, IReadOnlyList<ClusterNode> nodes)
    {
        var node = nodes[0];
        var (self, subject, san) = ("system:node:" + node.Name, Csrs.NodeSubject(node.Name), new[] { node.Name });
        var added = new Dictionary<string, string>();
        Client("a node that is none", Csrs.NodeSubject("intruder"));
        Client("an administrator", "O=system:masters, CN=system:admin");
        Client("a node and administrator", $"O=system:nodes + O=system:masters, CN=system:node:{node.Name}");
        Client("a node with a URI", subject, uris: ["spiffe://cluster.local/ns/kube-system/sa/default"]);
        Client("more usages", subject, usages: [.. Csrs.ClientUsages, "server auth", "cert sign"]);
        Client("groups of nobody", subject, groups: ["system:authenticated"]);
        Client("a user of nobody's", subject, user: "system:serviceaccount:demo-app:default");
        Client("another signer", subject, signer: Csrs.ApiClientSigner);
        Serving("a name that is not the node's", self, subject, [.. san, "api.example.com"], [node.Address]);
        Serving("an address that is not the node's", self, subject, san, [node.Address, "203.0.113.99"]);
        Serving("another node's", "system:node:" + nodes[^1].Name + (nodes.Count == 1 ? "x" : ""), subject, san, [node.Address]);
        return added;

        void Client(
            string why, string name, string[]? uris = null, string[]? usages = null, string[]? groups = null, string? user = null,
                string? signer = null) =>
            added[csrs.Add(
                user ?? Csrs.Bootstrapper, groups ?? Csrs.BootstrapperGroups, signer ?? Csrs.ClientSigner, usages ?? Csrs.ClientUsages,
                Encoding.UTF8.GetBytes(Csrs.Request(name, uris: uris)))] = why;

        void Serving(string why, string user, string name, string[] dns, string[] addresses) =>
            added[csrs.Add(
                user, Csrs.NodeGroups, Csrs.ServingSigner, Csrs.ServingUsages,
                    Encoding.UTF8.GetBytes(Csrs.Request(name, dns, addresses)))] = why;
    }
}
