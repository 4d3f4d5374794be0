using Hotstack.Sandbox;
using Hotstack.Sandbox.Cluster.Trust;

namespace Hotstack.Bench;

/// <summary>What a cluster of many nodes, with many pending signing requests, costs.</summary>
internal sealed class ScaleOfCluster : IBenchmark
{
    private const int Masters = 3;

    /// <summary>What a kubelet asks for while nobody answers: a client certificate thrice, a serving one twice.</summary>
    private const int RequestsOfEach = 5;

    public string Name => "scale-cluster";

    public string About => "100 nodes with 500 pending signing requests: a report, and a revival that approves them";

    public async Task RunAsync(bool quick)
    {
        Tool tool = await Tool.FindAsync();
        (List<Cost> reports, List<Cost> revivals) = ([], []);
        var approvals = new List<string>();
        foreach (int nodes in quick ? [5] : (int[])[5, 12, 25, 50, 100])
        {
            await using var place = await Workplace.OpenAsync(new SandboxOptions
            {
                Workers = nodes - Masters, Speed = 20, RecordBodies = false,
                // With the usual one, the last of a hundred would come after eight minutes.
                ClusterDurations = new ClusterDurations { NodeContact = TimeSpan.FromMilliseconds(100) },
            });
            Ask(place.Sandbox.Cluster);
            var runs = new List<(Run, int)>();
            for (int round = 0; round < (quick ? 1 : 3); round++)
            {
                (Run run, int calls) = await place.CountAsync(() => tool.RunAsync(Work.Report, place.Environment));
                runs.Add((run.Good(1), calls));
            }

            reports.Add(Cost.Of(nodes, runs));
            (Run revival, int made) = await place.CountAsync(() => tool.RunAsync(Work.Revive("hs-multi", settle: 1), place.Environment));
            revivals.Add(Cost.Of(nodes, [(revival, made)]));
            approvals.Add(Approvals(place));
        }

        Results.Write("Scale: nodes and signing requests", $"""
            By {tool.Description}, on a cluster of so many nodes (three of them masters), each of whose kubelets has {RequestsOfEach} signing
            requests pending (three for a client certificate, two for a serving one, as after asking again and again): the newest of each kind
            is to be approved, the others are of keys that the kubelet has forgotten. The report (`Test-HotstackCluster`) is the median of 3 runs;
            the revival (`Invoke-HotstackRevive -SettleTime 1s -StableFor 1s -PollInterval 1s`, of a cluster that runs already) is one. Sandbox and
            tool share two cores.

            {Results.Table(Growth.Head("nodes", reports), Growth.Rows("report", reports).Concat(Growth.Rows("revival", revivals))
                .Append(["approvals", "in so long", .. approvals, ""]))}

            An approval is two calls (the very version is read, judged and replaced), one after the other. {await Repository.DescribeAsync()}.
            """, quick);
    }

    private static void Ask(SandboxCluster cluster)
    {
        foreach (string node in cluster.Nodes)
        {
            string address = cluster.Get("nodes", node)!["status"]!["addresses"]!.AsArray()
                .Select(a => (string)a!["address"]!).First(a => char.IsDigit(a[0]));
            for (int i = 0; i < RequestsOfEach; i++)
            {
                bool isClient = i % 2 == 0;
                cluster.AddCsr(
                    $"system:node:{node}", Csrs.NodeGroups, isClient ? Csrs.ClientSigner : Csrs.ServingSigner,
                    isClient ? Csrs.ClientUsages : Csrs.ServingUsages,
                    SandboxCluster.Request(Csrs.NodeSubject(node), isClient ? null : [node], isClient ? null : [address]),
                    TimeSpan.FromMinutes(RequestsOfEach - i));
            }
        }
    }

    private static string Approvals(Workplace place)
    {
        Call[] calls = [.. place.Sandbox.Calls.Snapshot()
            .Where(c => c.Method == "PUT" && c.Path.EndsWith("/approval", StringComparison.Ordinal))];
        return calls.Length == 0 ? "none" : $"{calls.Length}, {Figures.Seconds((calls[^1].Time - calls[0].Time).TotalMilliseconds)}";
    }
}
