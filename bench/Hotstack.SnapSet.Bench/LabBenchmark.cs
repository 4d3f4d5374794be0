namespace Hotstack.Bench;

/// <summary>The making of a set on the real OpenStack of tests/lab.</summary>
internal sealed class LabBenchmark : IBenchmark
{
    private const string Stack = "hotstack";

    public string Name => "lab";

    public string About =>
        "the making of a set on the real OpenStack of tests/lab, where that runs (KEEP_LAB=1 bash tests/lab/run.sh), beside upstream's way";

    public async Task RunAsync(bool quick)
    {
        Lab lab = await Lab.FindAsync();
        var upstream = await Upstream.FindAsync();
        Tool tool = await Tool.FindAsync();
        await using var counter = await CountingProxy.StartAsync();
        var environment = new Dictionary<string, string>(lab.Environment)
        {
            ["http_proxy"] = counter.Address, ["HTTP_PROXY"] = counter.Address,
        };
        string instances = Path.Combine(Path.GetTempPath(), $"hotstack-bench-{Guid.NewGuid():n}.json");
        await File.WriteAllTextAsync(instances, await lab.StopAsync(upstream, Stack));
        (List<Run> ours, List<Run> theirs) = ([], []);
        (int ourCalls, int theirCalls) = (0, 0);
        try
        {
            for (int round = 0; round < (quick ? 1 : 5); round++)
            {
                counter.Clear();
                ours.Add((await tool.RunAsync(Work.CreateOfStack(Stack), environment)).Good(1));
                ourCalls = counter.Count;
                counter.Clear();
                theirs.Add((await upstream.RunAsync("create_snapset.py", [instances, "1200"], environment)).Good());
                theirCalls = counter.Count;
                await lab.DeleteSetsAsync(upstream, [ours[^1].Id, theirs[^1].Id]);
            }
        }
        finally
        {
            File.Delete(instances);
            await lab.StartAsync(upstream, Stack);
        }

        (double our, double their) = (Figures.Median(ours.Select(r => r.Whole)), Figures.Median(theirs.Select(r => r.Whole)));
        double inside = Figures.Median(ours.Select(r => r.Inside)), theirInside = Figures.Median(theirs.Select(r => r.Inside));
        Results.Write("Making a set on a real OpenStack", $"""
            A set of the {theirs[0].Count} servers of the stack of tests/lab/openstack-lab.sh (OpenStack Zed of Debian's packages, all of it on
            this machine; guests of a few MB), ours (`New-HotstackSnapSet`, {tool.Description}) and upstream's way (openstacksdk
            {upstream.Version}) in turns; {ours.Count} rounds, medians. Calls were counted by a proxy between both and the services.

            {Results.Table(
                ["", "whole process", "inside", "calls"],
                [
                    ["ours", Figures.Seconds(our), Figures.Seconds(inside), $"{ourCalls}"],
                    ["upstream", Figures.Seconds(their), Figures.Seconds(theirInside), $"{theirCalls}"],
                    ["upstream to ours", Figures.Times(their, our), Figures.Times(theirInside, inside), Figures.Times(theirCalls, ourCalls)],
                ])}

            Snapshots of guests as small as these take some 3 s, so that the pause between two looks (ours 5 s, upstream's 2 s) is most of it.
            {await Repository.DescribeAsync()}.
            """, quick);
    }
}
