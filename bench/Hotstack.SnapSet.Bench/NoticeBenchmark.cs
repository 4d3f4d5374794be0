using Hotstack.Sandbox;

namespace Hotstack.Bench;

/// <summary>How long after a snapshot failed somebody is told so.</summary>
internal sealed class NoticeBenchmark : IBenchmark
{
    private const int Members = 4;

    public string Name => "notice";

    public string About => "how long after a snapshot failed one is told so, beside upstream; 20 minutes, the time that upstream waits";

    public async Task RunAsync(bool quick)
    {
        var upstream = await Upstream.FindAsync();
        Tool tool = await Tool.FindAsync();
        int timeout = quick ? 5 : 1200;
        // Side by side, each on a sandbox of its own: they do little but wait.
        Task<Told> killedTheirs = TheirsAsync(upstream, FaultKind.KillSnapshot, timeout, quick);
        Task<Told> stuckTheirs = quick ? killedTheirs : TheirsAsync(upstream, FaultKind.StuckSnapshot, timeout, quick);
        List<Told> killed = await OursAsync(tool, FaultKind.KillSnapshot, quick ? 1 : 5, quick);
        List<Told> stuck = quick ? killed : await OursAsync(tool, FaultKind.StuckSnapshot, 3, quick);
        Results.Write("Noticing a failed snapshot", $"""
            One of {Members} snapshots fails on the host, the others go on. From the moment at which the cloud has given it up to the end of the
            process that made the set, with an error; ours ({tool.Description}) has deleted the other images by then, upstream's way leaves them.

            {Results.Table(
                ["what happens", "ours", "left behind", "upstream", "left behind", "upstream to ours"],
                [
                    Row("Nova deletes the image (its usual way)", killed, await killedTheirs),
                    Row("Nova forgets the snapshot: the image stays queued", stuck, await stuckTheirs),
                ])}

            Medians of {killed.Count} and {stuck.Count} runs of ours; one of upstream's, whose wait for an image ends at its timeout of {timeout} s
            and at nothing else, whatever happened. We look every 2 s, and see a deleted image at the next look. That a queued image is stuck
            only shows by an idle server, at which we look after 60 s, and once more 30 s later, as an image may become active a moment after
            its server is idle. {await Repository.DescribeAsync()}.
            """, quick);
    }

    private static string[] Row(string what, List<Told> ours, Told theirs)
    {
        double our = Figures.Median(ours.Select(t => t.Milliseconds));
        return
        [
            what, Figures.Seconds(our), $"{ours.Max(t => t.Left)} images", Figures.Seconds(theirs.Milliseconds), $"{theirs.Left} images",
            Figures.Times(theirs.Milliseconds, our),
        ];
    }

    private static async Task<List<Told>> OursAsync(Tool tool, FaultKind fault, int rounds, bool quick)
    {
        var told = new List<Told>();
        for (int round = 0; round < rounds; round++)
        {
            told.Add(await TellAsync(fault, quick, place => tool.RunAsync(Work.Create(quick), place.Environment)));
        }

        return told;
    }

    private static Task<Told> TheirsAsync(Upstream upstream, FaultKind fault, int timeout, bool quick) => TellAsync(fault, quick, place =>
    {
        string instances = place.Write("instances.json", Upstream.Instances(CreateBenchmark.Extra(place)));
        return upstream.RunAsync("create_snapset.py", [instances, $"{timeout}"], place.Environment);
    });

    private static async Task<Told> TellAsync(FaultKind fault, bool quick, Func<Workplace, Task<Run>> make)
    {
        await using var place = await CreateBenchmark.OpenAsync(Members, hosts: 1, gib: 1, quick);
        place.Sandbox.Faults.Add(new Fault { Kind = fault, Server = "extra1" });
        Task<Run> run = make(place);
        await Workplace.SeeAsync(() => place.SetImages.Count() == Members, TimeSpan.FromMinutes(1));
        DateTimeOffset failed = await Workplace.SeeAsync(
            () => fault == FaultKind.KillSnapshot
                ? place.SetImages.Count() < Members
                : place.Sandbox.Cloud.Server("extra1").TaskState is null,
            TimeSpan.FromMinutes(1));
        Run ended = await run;
        if (ended.Ended.ExitCode == 0)
        {
            throw new InvalidOperationException($"A set with a failed snapshot was made:\n{ended.Ended.Output}");
        }

        return new Told((ended.Ended.At - failed).TotalMilliseconds, place.SetImages.Count());
    }

    /// <param name="Milliseconds">From the failure to the end.</param>
    /// <param name="Left">How many images there were then.</param>
    private sealed record Told(double Milliseconds, int Left);
}
