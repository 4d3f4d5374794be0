namespace Hotstack.Bench;

/// <summary>The making of a set on the real OpenStack of tests/lab.</summary>
internal sealed class LabBenchmark : IBenchmark
{
    public string Name => "lab";

    public string About =>
        "the making of a set on the real OpenStack of tests/lab, where that runs (KEEP_LAB=1 bash tests/lab/run.sh), beside upstream's way";

    public async Task RunAsync(bool quick)
    {
        Lab lab = await Lab.FindAsync();
        var upstream = await Upstream.FindAsync();
        Tool tool = await Tool.FindAsync();
        int rounds = quick ? 1 : 3;
        var rows = new List<string[]>();
        foreach (int members in quick ? [2] : (int[])[2, 4, 7])
        {
            rows.Add(await CompareAsync(lab, tool, upstream, members, rounds));
        }

        Results.Write("Making a set on a real OpenStack", $"""
            OpenStack Zed of Debian's packages (tests/lab/openstack-lab.sh), all of it and its one compute host on this machine; servers of its
            own kind, shut off, with disks of some hundred KB. Ours (`New-HotstackSnapSet`, {tool.Description}) and upstream's way (openstacksdk
            {upstream.Version}) in turns; {rounds} rounds, medians. "Whole" is the process from its start to its end. Upstream's calls were
            counted by a proxy; ours are not, as our client uses no proxy for the addresses of its own machine.

            {Results.Table(
                ["members", "ours, whole", "inside", "upstream, whole", "inside", "calls", "upstream to ours, whole", "inside"], rows)}

            Snapshots of guests as small as these take some 3 s. Both look every 2 s, upstream at each image by itself, ours at all by one list.
            Where the ratio is below 1 **we lose**. The host makes five snapshots at once. {await Repository.DescribeAsync()}.
            """, quick);
    }

    private static async Task<string[]> CompareAsync(Lab lab, Tool tool, Upstream upstream, int members, int rounds)
    {
        string prefix = $"bench-{Guid.NewGuid().ToString("n")[..6]}-";
        string instances = Path.Combine(Path.GetTempPath(), $"{prefix}instances.json");
        await using var counter = await CountingProxy.StartAsync();
        var environment = new Dictionary<string, string>(lab.Environment)
        {
            ["http_proxy"] = counter.Address, ["HTTP_PROXY"] = counter.Address,
        };
        (List<Run> ours, List<Run> theirs) = ([], []);
        int theirCalls = 0;
        try
        {
            await File.WriteAllTextAsync(instances, await lab.MakeServersAsync(prefix, members));
            for (int round = 0; round < rounds; round++)
            {
                ours.Add((await tool.RunAsync(Work.Create(servers: $"{prefix}*"), environment)).Good(1));
                counter.Clear();
                theirs.Add((await upstream.RunAsync("create_snapset.py", [instances, "1200"], environment)).Good(members));
                theirCalls = counter.Count;
                await lab.DeleteSetsAsync([ours[^1].Id, theirs[^1].Id]);
            }
        }
        finally
        {
            File.Delete(instances);
            await lab.DeleteServersAsync(prefix);
        }

        (double our, double their) = (Figures.Median(ours.Select(r => r.Whole)), Figures.Median(theirs.Select(r => r.Whole)));
        double inside = Figures.Median(ours.Select(r => r.Inside)), theirInside = Figures.Median(theirs.Select(r => r.Inside));
        return
        [
            $"{members}", Figures.Seconds(our), Figures.Seconds(inside), Figures.Seconds(their),
                Figures.Seconds(theirInside),
            $"{theirCalls}", Figures.Times(their, our), Figures.Times(theirInside, inside),
        ];
    }
}
