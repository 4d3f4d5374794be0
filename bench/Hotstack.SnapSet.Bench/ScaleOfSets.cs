namespace Hotstack.Bench;

/// <summary>What listing and pruning cost with a thousand sets.</summary>
internal sealed class ScaleOfSets : IBenchmark
{
    private const int Removed = 10;
    private const int Volumes = 4;

    public string Name => "scale-sets";

    public string About => "1,000 sets, 3,000 images: listed, filtered, pruned";

    public async Task RunAsync(bool quick)
    {
        Tool tool = await Tool.FindAsync();
        int[] sizes = quick ? [10] : [10, 30, 100, 300, 1000];
        int rounds = quick ? 1 : 3;
        await using var place = await ManySets.OpenAsync();
        var costs = new Dictionary<string, List<Cost>>();
        foreach (int sets in sizes)
        {
            ManySets.Fill(place, sets);
            await MeasureAsync("all listed", sets, Work.List, sets);
            await MeasureAsync("of one stack", sets, Work.OfStack("stack5"), sets / ManySets.Stacks);
            await MeasureAsync("the latest", sets, Work.Latest, 1);
            await MeasureAsync("half of them removed", sets, Work.Prune, sets / 2, before: () => ManySets.Fill(place, sets, old: sets / 2));
        }

        foreach (int sets in sizes.Where(s => s >= 30))
        {
            ManySets.Fill(place, sets, old: Removed, volumes: Volumes);
            await MeasureAsync($"{Removed} removed, with volumes", sets, Work.Prune, Removed, rounds: 1);
        }

        Results.Write("Scale: sets", $"""
            By {tool.Description}, on a sandbox with so many sets of {ManySets.MembersOfEach} images, of {ManySets.Stacks} stacks; {rounds} rounds,
            medians. Times are of the cmdlet alone and contain the sandbox's own, which looks at every image for every list; peak memory is of
            the whole process, a bare pwsh with the module among it. The exponent is of a line through the logarithms, by least squares.

            {Results.Table(Growth.Head("sets", costs.First().Value), costs.Where(c => c.Value.Count == sizes.Length)
                .SelectMany(c => Growth.Rows(c.Key, c.Value)))}

            {string.Join("\n\n", costs.Where(c => c.Value.Count != sizes.Length).Select(c =>
                $"Of sets with {Volumes} volumes each, frozen as Cinder snapshots, {Removed} are removed because of their age, with so many sets "
                + "in the project:\n\n"
                + Results.Table(Growth.Head("sets", c.Value), Growth.Rows(c.Key, c.Value))))}

            {await Repository.DescribeAsync()}.
            """, quick);

        async Task MeasureAsync(string what, int sets, Work work, int count, Action? before = null, int? rounds = null)
        {
            var runs = new List<(Run, int)>();
            for (int round = 0; round < (rounds ?? (quick ? 1 : 3)); round++)
            {
                before?.Invoke();
                (Run run, int calls) = await place.CountAsync(() => tool.RunAsync(work, place.Environment));
                runs.Add((run.Good(count), calls));
            }

            costs.TryAdd(what, []);
            costs[what].Add(Cost.Of(sets, runs));
        }
    }
}
