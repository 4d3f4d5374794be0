using System.Text;
using System.Text.Json;
using Hotstack.Clusters;
using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Certificates;
using Hotstack.Clusters.Nodes;
using Hotstack.Fuzz.Inputs;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.SnapSets;
using k8s.Models;

namespace Hotstack.Fuzz.Targets;

/// <summary>The objects of a cluster, and what the rules of health say to them.</summary>
internal sealed class ClusterTarget : FuzzTarget
{
    private static readonly string[] Kinds = ["nodes", "pods", "cos", "mcps", "leases", "apiservices", "etcds", "cv", "secrets"];

    private static readonly Dictionary<string, Tree> Lists = Kinds.ToDictionary(kind => kind,
        kind => Corpus.Tree($"kube-{kind}.json").Entries!.First(entry => entry.Key == "items").Value);

    private static readonly Instance[] Instances =
    [
        new() { Name = "master0", Role = "ocp_master", Id = "1", MacAddress = "fa:16:9e:81:f6:10", MacAddresses = ["fa:16:9e:81:f6:10"],
            IpAddresses = ["192.168.32.10"] },
        new() { Name = "master1", Role = "ocp_master", Id = "2", MacAddress = "fa:16:9e:81:f6:11", MacAddresses = ["fa:16:9e:81:f6:11"],
            IpAddresses = ["192.168.32.11"] },
    ];

    public override string Name => "cluster";

    public override IReadOnlyList<byte[]> Hostile => Bombs.Json;

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>(
        Bombs.GrowingJson)
    {
        ["nodes"] = length => $"{{\"nodes\":[{string.Join(',', Enumerable.Range(0, length / 80).Select(i => $"{{\"metadata\":{{\"name\":\"n{i}\",\"labels\":{{\"node-role.kubernetes.io/master\":\"\"}}}}}}"))}]}}",
        ["pods"] = length => $"{{\"pods\":[{string.Join(',', Enumerable.Range(0, length / 60).Select(i => $"{{\"metadata\":{{\"name\":\"p{i}\",\"namespace\":\"a\"}},\"status\":{{}}}}"))}]}}",
    };

    public override byte[] Generate(Random random)
    {
        // A few kinds at a time: what a cluster has of each does not depend on the others.
        var whole = Tree.Map(Kinds.Where(_ => random.Next(3) == 0).Select(kind => (kind, Lists[kind])));
        return TreeInputs.Json([whole], random);
    }

    public override Verdict Run(byte[] input) => Verdict.Of(() =>
    {
        JsonElement all = Answers.Of(input).Json();
        Reading<IReadOnlyList<T>> List<T>(string kind, Func<JsonElement, T> read) =>
            Reading.Of<IReadOnlyList<T>>([.. all.Items(kind).Select(read)]);
        Reading<IReadOnlyList<T>> Models<T>(string kind) =>
            List(kind, item => ModelJson.Read<T>(Answers.Of(Encoding.UTF8.GetBytes(item.GetRawText()))));
        Reading<StaticPodOperator?> etcd = Reading.Of(all.Items("etcds").Select(StaticPodOperator.From).FirstOrDefault());
        var state = new ClusterState
        {
            Now = Identity.Clock.GetUtcNow(),
            Readiness = Reading.Of("ok"),
            Version = Reading.Of(all.Items("cv").Select(ClusterVersion.From).FirstOrDefault()),
            Operators = List("cos", ClusterOperator.From),
            Nodes = Models<V1Node>("nodes"),
            NodeLeases = Models<V1Lease>("leases"),
            Pools = List("mcps", MachineConfigPool.From),
            ApiServices = Models<V1APIService>("apiservices"),
            Groups = List("groups", group => group.Text("name") ?? ""),
            Discovery = new Dictionary<string, Reading<bool>>(),
            Requests = Models<V1CertificateSigningRequest>("csrs"),
            Etcd = etcd,
            KubeApiServer = etcd,
            KubeControllerManager = etcd,
            Pods = Models<V1Pod>("pods"),
        };
        foreach (V1Secret secret in Models<V1Secret>("secrets").Value!)
        {
            SecretCertificates.Read(secret);
            PemCertificate.Read(TlsSecret.From(secret).Certificates);
        }

        IReadOnlyList<ClusterCheck> checks = ClusterChecks.CheckServices(new(state, [], null, new([], [], null)));
        _ = string.Concat(checks.Select(check => $"{check}"));
        NodeMatching.Match("admin", state.Nodes.Value!, Instances, SharedAddresses.OfAnyCluster);
    });
}
