using System.Text;
using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;
using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;

namespace Hotstack.Bench;

/// <summary>A restore, beside Heat's own client that creates the same stack: what comes on top of Heat's own time, and calls.</summary>
internal sealed class RestoreBenchmark : IBenchmark
{
    private const string StackName = "hs-again";
    private const double Build = 10;

    public string Name => "restore";

    public string About => "a restore, beside `openstack stack create --wait`";

    public async Task RunAsync(bool quick)
    {
        var upstream = await Upstream.FindAsync();
        if (!upstream.HasHeat)
        {
            throw new SkippedException("there is no openstack command with Heat's part (Debian: python3-openstackclient, python3-heatclient)");
        }

        Tool tool = await Tool.FindAsync();
        int rounds = quick ? 1 : 3;
        var rows = new List<string[]>();
        foreach (int members in quick ? (int[])[2] : [2, 6])
        {
            rows.Add(await CompareAsync(tool, upstream, members, rounds));
        }

        Results.Write("Restoring a set", $"""
            `Restore-HotstackSnapSet` ({tool.Description}) and `openstack stack create --wait` of Debian's python3-openstackclient and
            python3-heatclient with the images written into its template, on the same sandbox, in turns; {rounds} rounds, medians. Servers take
            {Build} s to build. "Heat" is from the stack's creation to its end, looked at from behind; "beyond" is by how much the whole process
            takes longer, with its start, and "inside" by how much the cmdlet alone does, as in a session that is open anyway.

            {Results.Table(
                ["servers", "ours, whole", "Heat", "beyond", "inside", "calls", "polls", "openstack, whole", "Heat", "beyond", "calls"], rows)}

            Of our calls, polls are those for the stack and its resources while Heat works, one every 2 s, and one more at the end. Ours finds
            and judges the set, has Heat preview the stack, checks flavors and quotas, and verifies images and MAC addresses of the servers; the
            openstack command does none of it. For these, ours takes longer beyond Heat's time, most of it the start of
            pwsh: **we lose here**. {await Repository.DescribeAsync()}.
            """, quick);
    }

    private static async Task<string[]> CompareAsync(Tool tool, Upstream upstream, int members, int rounds)
    {
        await using var place = await Workplace.OpenAsync(new SandboxOptions
        {
            Durations = new SandboxDurations { ServerBuild = TimeSpan.FromSeconds(Build), SnapshotUploadPerGiB = TimeSpan.Zero },
            RecordBodies = false,
        });
        place.Sandbox.Cloud.AddServers(members);
        using Cloud cloud = place.Connect();
        var servers = new InstanceSource { Servers = ["extra*"], Roles = ["ocp_worker"] };
        IReadOnlyList<Instance> instances = await new GetInstances(cloud).RunAsync(servers, Silence.Instance, CancellationToken.None);
        SnapSet set = (await new NewSnapSet(cloud).RunAsync(
            new NewSnapSetRequest { Source = new() { Instances = instances } },
            Silence.Instance, (_, _) => Task.FromResult(true), CancellationToken.None))!;
        string plain = place.Write("plain.yaml", Template(set, _ => "hotstack-controller"));
        string written = place.Write("written.yaml", Template(set, member => member.ImageId));
        (List<(double Whole, double Inside, double Heat)> ours, List<(double Whole, double Heat)> theirs) = ([], []);
        (int ourCalls, int polls, int theirCalls) = (0, 0, 0);
        for (int round = 0; round < rounds; round++)
        {
            ((Run run, double heat), ourCalls) = await place.CountAsync(
                () => WithHeatAsync(place, () => tool.RunAsync(Work.Restore(set.Id, StackName, plain), place.Environment)));
            polls = place.Sandbox.Calls.Snapshot().Count(
                call => call.Service == "orchestration" && call.Method == "GET" && call.Path.Contains($"/{StackName}/", StringComparison.Ordinal));
            ours.Add((run.Good(1).Whole, run.Inside, heat));
            await DeleteAsync(cloud);
            ((Ended ended, heat), theirCalls) = await place.CountAsync(() => WithHeatAsync(
                place, () => upstream.ClientAsync(["stack", "create", "--wait", "-t", written, StackName], place.Environment)));
            theirs.Add(ended.ExitCode == 0
                ? (ended.Took.TotalMilliseconds, heat)
                : throw new InvalidOperationException($"openstack stack create ended with {ended.ExitCode}:\n{ended.Errors}"));
            await DeleteAsync(cloud);
        }

        return
        [
            $"{members}", Of(ours.Select(r => r.Whole)), Of(ours.Select(r => r.Heat)), Of(ours.Select(r => r.Whole - r.Heat)),
            Of(ours.Select(r => r.Inside - r.Heat)), $"{ourCalls}", $"{polls}",
            Of(theirs.Select(r => r.Whole)), Of(theirs.Select(r => r.Heat)), Of(theirs.Select(r => r.Whole - r.Heat)), $"{theirCalls}",
        ];

        static string Of(IEnumerable<double> values) => Figures.Seconds(Figures.Median(values));
    }

    /// <summary>Does something that creates the stack, and looks from behind how many milliseconds Heat takes.</summary>
    private static async Task<(T Result, double Heat)> WithHeatAsync<T>(Workplace place, Func<Task<T>> work)
    {
        Task<T> running = work();
        DateTimeOffset complete = await Workplace.SeeAsync(
            () => running.IsCompleted || place.Sandbox.Cloud.Stacks.Any(s => s is { Name: StackName, Status: "CREATE_COMPLETE" }),
            TimeSpan.FromMinutes(5));
        T result = await running;
        DateTimeOffset begun = place.Sandbox.Cloud.Stacks.FirstOrDefault(s => s.Name == StackName)?.CreatedAt ?? complete;
        return (result, (complete - begun).TotalMilliseconds);
    }

    private static async Task DeleteAsync(Cloud cloud)
    {
        Stack stack = await cloud.Stacks.FindAsync(StackName, CancellationToken.None)
            ?? throw new InvalidOperationException($"There is no stack {StackName}.");
        await cloud.Stacks.DeleteAsync(stack, CancellationToken.None);
        while (await cloud.Stacks.PollAsync(stack, CancellationToken.None) is not null)
        {
            await Task.Delay(200);
        }
    }

    /// <summary>A server for each member, on a network of the stack's own.</summary>
    private static string Template(SnapSet set, Func<SnapSetMember, string> image)
    {
        var text = new StringBuilder("""
            heat_template_version: 2018-08-31
            resources:
              machine-net: {type: OS::Neutron::Net}
              machine-subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: machine-net}, cidr: 192.168.32.0/22}}

            """);
        foreach (SnapSetMember member in set.Members)
        {
            text.Append($$$"""
                  {{{member.Name}}}-port:
                    type: OS::Neutron::Port
                    depends_on: machine-subnet
                    properties: {network: {get_resource: machine-net}, mac_address: '{{{member.MacAddress}}}'}
                  {{{member.Name}}}:
                    type: OS::Nova::Server
                    properties:
                      image: {{{image(member)}}}
                      flavor: hotstack.small
                      networks: [{port: {get_resource: {{{member.Name}}}-port}}]

                """);
        }

        return text.ToString();
    }
}
