using System.Diagnostics;
using Hotstack.Sandbox.Seeds;

namespace Hotstack.Bench;

/// <summary>The listing of sets, beside that of images by the openstack command.</summary>
internal sealed class ListBenchmark : IBenchmark
{
    public string Name => "list";

    public string About => "the listing of 10, 100 and 1,000 sets, beside `openstack image list`";

    public async Task RunAsync(bool quick)
    {
        var upstream = await Upstream.FindAsync();
        Tool tool = await Tool.FindAsync();
        int rounds = quick ? 1 : 7;
        await using var place = await ManySets.OpenAsync();
        var rows = new List<string[]>();
        foreach (int sets in quick ? (int[])[10] : [10, 100, 1000])
        {
            ManySets.Fill(place, sets);
            rows.Add(await CompareAsync(tool, upstream, place, sets, rounds));
        }

        string client = upstream.HasClient
            ? "`openstack image list --tag hotstack-snapset` of Debian's python3-openstackclient"
            : "bench/upstream/list_images.py, as there is no openstackclient";
        Results.Write("Listing sets", $"""
            `Get-HotstackSnapSet` ({tool.Description}) and {client} (openstacksdk {upstream.Version}), on the same sandbox, in turns; {rounds}
            rounds, medians. A set has {ManySets.MembersOfEach} images. "Whole" is the process from its start to its end, "inside" the cmdlet
            alone, as in a session that is open anyway; "by HTTP" is a bare HttpClient that logs in and reads the images with one tag, by pages
            of 1000, to show what the sandbox and the wire take.

            {Results.Table(
                ["sets", "ours, whole", "inside", "calls", "peak", "openstack, whole", "calls", "openstack to ours, whole", "by HTTP"], rows)}

            Ours puts the images together to sets and judges them; the openstack command prints ids, names and states of images. Ours logs
            in, and asks for the project's images and for its hidden ones, by pages of 1000 (3,000 images are four of them, as Glance announces
            another page after a full one); the openstack command by pages of 25, Glance's own.
            {await Repository.DescribeAsync()}.
            """, quick);
    }

    private static async Task<string[]> CompareAsync(Tool tool, Upstream upstream, Workplace place, int sets, int rounds)
    {
        (List<Run> ours, List<double> theirs, List<double> bare) = ([], [], []);
        (int ourCalls, int theirCalls) = (0, 0);
        for (int round = 0; round < rounds; round++)
        {
            (Run run, ourCalls) = await place.CountAsync(() => tool.RunAsync(Work.List, place.Environment));
            ours.Add(run.Good(sets));
            (double took, theirCalls) = await place.CountAsync(() => TheirsAsync(upstream, place, sets * ManySets.MembersOfEach));
            theirs.Add(took);
            bare.Add(await BareAsync(place));
        }

        (double our, double their) = (Figures.Median(ours.Select(r => r.Whole)), Figures.Median(theirs));
        return
        [
            $"{sets}", Figures.Seconds(our), Figures.Seconds(Figures.Median(ours.Select(r => r.Inside))), $"{ourCalls}",
            Figures.MiB(Figures.Median(ours.Select(r => (double)r.Peak))), Figures.Seconds(their), $"{theirCalls}",
                Figures.Times(their, our),
            Figures.Seconds(Figures.Median(bare)),
        ];
    }

    private static async Task<double> TheirsAsync(Upstream upstream, Workplace place, int images)
    {
        if (!upstream.HasClient)
        {
            return (await upstream.RunAsync("list_images.py", ["hotstack-snapset"], place.Environment)).Good(images).Whole;
        }

        string[] arguments = ["image", "list", "--tag", "hotstack-snapset", "-f", "value"];
        Ended ended = await upstream.ClientAsync(arguments, place.Environment);
        int lines = ended.Output.Count(c => c == '\n');
        return ended.ExitCode == 0 && lines == images
            ? ended.Took.TotalMilliseconds
            : throw new InvalidOperationException(
                $"openstack image list ended with {ended.ExitCode} and {lines} of {images} lines:\n{ended.Errors}");
    }

    private static async Task<double> BareAsync(Workplace place)
    {
        using var http = new HttpClient();
        var watch = Stopwatch.StartNew();
        const string Login = """
            {"auth": {"identity": {"methods": ["password"], "password":
              {"user": {"name": "NAME", "domain": {"name": "Default"}, "password": "PASSWORD"}}},
             "scope": {"project": {"name": "NAME", "domain": {"name": "Default"}}}}}
            """;
        using var body = new StringContent(
            Login.Replace("NAME", SeedAccounts.Own, StringComparison.Ordinal)
                .Replace("PASSWORD", SeedAccounts.Password, StringComparison.Ordinal),
            System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await http.PostAsync(new Uri(place.Sandbox.Address, "/identity/v3/auth/tokens"), body);
        http.DefaultRequestHeaders.Add("X-Auth-Token", answer.EnsureSuccessStatusCode().Headers.GetValues("X-Subject-Token").First());
        string? marker = null;
        do
        {
            string page = await http.GetStringAsync(new Uri(
                place.Sandbox.Address, $"/image/v2/images?tag=hotstack-snapset&limit=1000{(marker is null ? "" : $"&marker={marker}")}"));
            using var json = System.Text.Json.JsonDocument.Parse(page);
            marker = json.RootElement.TryGetProperty("next", out _)
                ? json.RootElement.GetProperty("images").EnumerateArray().Last().GetProperty("id").GetString()
                : null;
        }
        while (marker is not null);
        return watch.Elapsed.TotalMilliseconds;
    }
}
