using System.Diagnostics;
using System.Globalization;
using Hotstack.Sandbox;

namespace Hotstack.Bench;

/// <summary>What the way through the controller costs, by a real sshd.</summary>
internal sealed class TunnelBenchmark : IBenchmark
{
    private const string Stack = "hs-multi";
    private const int Masters = 3;
    private const double MostTimes = 1.3;
    private const double MostMilliseconds = 1000;

    public string Name => "tunnel";

    public string About => "a report and a revival through ssh to the controller, beside the direct way";

    public async Task RunAsync(bool quick)
    {
        Tool tool = await Tool.FindAsync();
        var pairs = new List<Pair>
        {
            await CompareAsync(tool, "report, 5 nodes", 5, Work.Report, Work.ReportOf(Stack), 1, quick ? 1 : 9),
            await CompareAsync(tool, "revival, 5 nodes", 5, Work.Revive(Stack, settle: 1), Work.Revive(Stack, settle: 1), 2, quick ? 1 : 5),
        };
        if (!quick)
        {
            pairs.Insert(1, await CompareAsync(tool, "report, 100 nodes", 100, Work.Report, Work.ReportOf(Stack), 1, 7));
        }

        string missed = pairs.All(p => p.IsGood) ? "" : ": **we miss it here**";
        Results.Write("The way through the controller", $"""
            `Test-HotstackCluster`, with `-StackName` through the controller, and `Invoke-HotstackRevive -SettleTime 1s -StableFor 1s
            -PollInterval 1s` of a cluster that runs ({tool.Description}), on the same sandbox, in turns: with a `KUBECONFIG` that leads there directly, and without one, so that the
            cmdlet finds the controller, checks its host key, reads the kubeconfig there and makes all calls through ssh (OpenSSH's own
            client and server). Medians; "whole" is the process from its start to its end, "inside" the cmdlet alone.

            {Results.Table(
                ["", "direct, whole", "inside", "through ssh, whole", "inside", "whole, to direct", "more", "rounds"],
                pairs.Select(p => p.Row))}

            A report has one process of ssh, a revival one more, which looks at the services of the controller. At the end of a run neither the
            processes nor their folders are left. The aim is at most
            {Figures.Text(MostTimes, "0.0")} x and {MostMilliseconds / 1000:0} s more{missed}. The way costs one login of ssh, some calls to
            Heat, Neutron and Nova, and a channel of ssh for each connection. {await Repository.DescribeAsync()}.
            """, quick);
    }

    /// <summary>Both ways in turns. A revival has a second process of ssh, for its look at the controller's services.</summary>
    private static async Task<Pair> CompareAsync(Tool tool, string name, int nodes, Work direct, Work through, int processes, int rounds)
    {
        var options = new SandboxOptions { Workers = nodes - Masters, Speed = 20, RecordBodies = false };
        await using var place = await Workplace.OpenAsync(options);
        await using SandboxController controller = await SandboxController.StartAsync(place.Sandbox);
        if (!controller.IsReal)
        {
            throw new SkippedException(controller.WhyNotReal!);
        }

        string home = Directory.CreateDirectory(place.PathOf("home")).FullName;
        string list = place.PathOf("ssh-runs");
        var directly = new Dictionary<string, string>(place.Environment) { ["HOME"] = home };
        var bySsh = new Dictionary<string, string>(directly) { ["PATH"] = ListedSsh(place, controller, list) };
        bySsh.Remove("KUBECONFIG");
        // The first runs fill caches.
        (await tool.RunAsync(direct, directly)).Good(1);
        (await tool.RunAsync(through, bySsh)).Good(1);
        (List<Run> directs, List<Run> throughs) = ([], []);
        for (int round = 0; round < rounds; round++)
        {
            directs.Add((await tool.RunAsync(direct, directly)).Good(1));
            File.WriteAllText(list, "");
            throughs.Add((await tool.RunAsync(through, bySsh)).Good(1));
            RefuseLeftovers(File.ReadAllLines(list), processes);
        }

        return new Pair(name, directs, throughs);
    }

    /// <summary>A PATH whose ssh is the controller's, with a line in a list for each process: its number and its socket.</summary>
    private static string ListedSsh(Workplace place, SandboxController controller, string list)
    {
        string folder = Directory.CreateDirectory(place.PathOf("bin")).FullName;
        string program = Path.Combine(folder, "ssh");
        File.WriteAllText(program, $"""
            #!/bin/sh
            echo "$$ $3" >>'{list}'
            exec '{Path.Combine(controller.BinFolder, "ssh")}' "$@"

            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return $"{folder}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
    }

    private static void RefuseLeftovers(string[] runs, int processes)
    {
        if (runs.Length != processes)
        {
            throw new InvalidOperationException($"A run started {runs.Length} processes of ssh instead of {processes}.");
        }

        foreach (string[] parts in runs.Select(run => run.Split(' ', 2)))
        {
            string folder = Path.GetDirectoryName(parts[1])!;
            if (Directory.Exists(folder) || IsAlive(int.Parse(parts[0], CultureInfo.InvariantCulture)))
            {
                throw new InvalidOperationException($"A run left its ssh behind: process {parts[0]} or folder {folder}.");
            }
        }
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The runs of both ways.</summary>
    private sealed record Pair(string Name, IReadOnlyList<Run> Direct, IReadOnlyList<Run> Through)
    {
        private double DirectWhole => Figures.Median(Direct.Select(r => r.Whole));

        private double ThroughWhole => Figures.Median(Through.Select(r => r.Whole));

        public bool IsGood => ThroughWhole <= MostTimes * DirectWhole && ThroughWhole - DirectWhole <= MostMilliseconds;

        public string[] Row =>
        [
            Name, Figures.Seconds(DirectWhole), Figures.Seconds(Figures.Median(Direct.Select(r => r.Inside))),
            Figures.Seconds(ThroughWhole), Figures.Seconds(Figures.Median(Through.Select(r => r.Inside))),
            Figures.Times(ThroughWhole, DirectWhole), Figures.Seconds(ThroughWhole - DirectWhole), $"{Direct.Count}",
        ];
    }
}
