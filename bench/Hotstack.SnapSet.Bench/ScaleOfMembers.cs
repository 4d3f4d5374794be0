namespace Hotstack.Bench;

/// <summary>What a set of many members costs.</summary>
internal sealed class ScaleOfMembers : IBenchmark
{
    public string Name => "scale-members";

    public string About => "32 members in one set";

    public async Task RunAsync(bool quick)
    {
        Tool tool = await Tool.FindAsync();
        var costs = new List<Cost>();
        foreach (int members in quick ? [2] : (int[])[2, 4, 8, 16, 32, 64])
        {
            // As many hosts, so that the sandbox makes all at once and only what is ours grows.
            await using var place = await CreateBenchmark.OpenAsync(members, hosts: members, gib: 1, quick);
            var runs = new List<(Run, int)>();
            for (int round = 0; round < (quick ? 1 : 3); round++)
            {
                (Run run, int calls) = await place.CountAsync(() => tool.RunAsync(Work.Create(quick), place.Environment));
                runs.Add((run.Good(1), calls));
                place.DeleteSets();
            }

            costs.Add(Cost.Of(members, runs));
        }

        Results.Write("Scale: members", $"""
            `Get-HotstackInstance | New-HotstackSnapSet` by {tool.Description}, each member on a host of its own, the slowest of which takes
            15.5 s; medians of 3 runs, times of the pipeline alone.

            {Results.Table(Growth.Head("members", costs), Growth.Rows("one set made", costs))}

            {await Repository.DescribeAsync()}.
            """, quick);
    }
}
