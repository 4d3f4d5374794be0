using Hotstack.Sandbox;
using Hotstack.Sandbox.Compute;

namespace Hotstack.Bench;

/// <summary>The making of a set, beside the way of upstream's playbook: wall time, and calls.</summary>
internal sealed class CreateBenchmark : IBenchmark
{
    private const long GiB = 1L << 30;
    private const double QuickSpeed = 20;

    private static readonly (int Members, int Hosts, double GiB, int Rounds, string Note)[] Cases =
    [
        (2, 1, 1, 3, ""), (4, 1, 1, 3, ""), (7, 2, 1, 3, ""), (16, 4, 1, 3, ""), (32, 8, 1, 3, ""),
        (16, 1, 1, 1, "all on one host"), (7, 2, 30, 1, "disks of 30 GiB"),
    ];

    public string Name => "create";

    public string About => "the making of a set, beside the way of upstream's playbook";

    public async Task RunAsync(bool quick)
    {
        var upstream = await Upstream.FindAsync();
        Tool tool = await Tool.FindAsync();
        var rows = new List<string[]>();
        var chart = new BarChart("create", "Making a set, the whole process");
        (int Members, int Hosts, double GiB, int Rounds, string Note)[] cases = quick ? [(2, 1, 1, 1, "")] : Cases;
        // Those of one round take as long as all others, and do little but wait: they run beside them.
        var single = cases.Where(one => one.Rounds == 1).ToDictionary(one => one, one => CompareAsync(tool, upstream, one, quick));
        foreach (var one in cases)
        {
            Comparison comparison = await (single.GetValueOrDefault(one) ?? CompareAsync(tool, upstream, one, quick));
            rows.Add(comparison.Row);
            chart.Add(comparison.Title, comparison.Ours, comparison.Theirs);
        }

        Results.Write("Making a set", $"""
            Ours (`New-HotstackSnapSet`, {tool.Description}) and upstream's way (bench/upstream/create_snapset.py: openstacksdk
            {upstream.Version}, four workers, the SDK's wait for each image, six tag calls each), on the same sandbox, in turns; medians of the
            rounds, those of one round beside the others. Wall times are of the whole processes, with their starts; "over" is by how much they are
            longer than the slowest member.

            {(quick ? "" : chart.Write())}

            {Results.Table(
                ["members", "ours", "over", "calls", "upstream", "over", "calls", "upstream to ours, wall", "calls", "rounds"], rows)}

            The model: a member takes 5.5 s and 10 s a GiB (converted at 200 MB/s, then uploaded at 200 MB/s), with disks that hold from half
            of 1 GiB to 1 GiB; four members a host, of five snapshots that a host makes at once. **What it leaves out**: uploads share nothing
            here. Where Glance's network or store is the bottleneck, N uploads at once take N times as long for both, and the ratio of wall times
            goes towards 1; so it does on one host, which makes five at once whoever asks. What stays is the ratio of calls.

            Both look every 2 s, upstream at each image by itself, ours at all by one list. **What we lose**: with up to four members both only
            wait for the slowest one, and ours takes half a second more: it also reads the stack's template, files and environment, and stores
            them as the set's blueprint (15 of its calls). {await Repository.DescribeAsync()}.
            """, quick);
    }

    private static async Task<Comparison> CompareAsync(
        Tool tool, Upstream upstream, (int Members, int Hosts, double GiB, int Rounds, string Note) one, bool quick)
    {
        await using var place = await OpenAsync(one.Members, one.Hosts, one.GiB, quick);
        string instances = place.Write("instances.json", Upstream.Instances(Extra(place)));
        (List<Run> ours, List<Run> theirs) = ([], []);
        (int ourCalls, int theirCalls) = (0, 0);
        for (int round = 0; round < one.Rounds; round++)
        {
            (Run run, ourCalls) = await place.CountAsync(() => tool.RunAsync(Work.Create(quick), place.Environment));
            ours.Add(run.Good(1));
            place.DeleteSets();
            (run, theirCalls) = await place.CountAsync(
                () => upstream.RunAsync("create_snapset.py", [instances, "1200"], place.Environment));
            theirs.Add(run.Good(one.Members));
            place.DeleteSets();
        }

        double slowest = 1000 * (5.5 + (10 * one.GiB)) / (quick ? QuickSpeed : 1);
        (double our, double their) = (Figures.Median(ours.Select(r => r.Whole)), Figures.Median(theirs.Select(r => r.Whole)));
        string note = one.Note.Length == 0 ? "" : $", {one.Note}";
        return new Comparison($"{one.Members} members{note}", our, their,
        [
            $"{one.Members}{note}", Figures.Seconds(our), Figures.Seconds(our - slowest),
            $"{ourCalls}", Figures.Seconds(their), Figures.Seconds(their - slowest), $"{theirCalls}", Figures.Times(their, our),
            Figures.Times(theirCalls, ourCalls), $"{one.Rounds}",
        ]);
    }

    /// <summary>A sandbox with servers whose disks hold up to so much.</summary>
    public static async Task<Workplace> OpenAsync(int members, int hosts, double gib, bool quick = false)
    {
        var place = await Workplace.OpenAsync(new SandboxOptions
        {
            Durations = new SandboxDurations { SnapshotUploadPerGiB = TimeSpan.FromSeconds(10) },
            RecordBodies = false, Speed = quick ? QuickSpeed : 1,
        });
        place.Sandbox.Cloud.AddServers(members, hosts);
        for (int i = 0; i < members; i++)
        {
            place.Sandbox.Cloud.SetDisk($"extra{i}", (long)(gib * GiB * (0.5 + (0.5 * i / (members - 1)))));
        }

        return place;
    }

    public static IEnumerable<Server> Extra(Workplace place) =>
        place.Sandbox.Cloud.Servers.Where(s => s.Name.StartsWith("extra", StringComparison.Ordinal));

    /// <param name="Title">The case.</param>
    /// <param name="Ours">Milliseconds of the whole process.</param>
    /// <param name="Theirs">The same, of upstream's.</param>
    /// <param name="Row">Of the table.</param>
    private sealed record Comparison(string Title, double Ours, double Theirs, string[] Row);
}
