using System.Text.RegularExpressions;
using Hotstack.Clusters;
using Hotstack.Clusters.Suspend;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Restore;
using Xunit;

namespace Hotstack.Runs.Renewal;

/// <summary>A frozen cluster whose set has labels, and short ways to renew it.</summary>
public abstract class RenewalFixture : SuspendFixture
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-renewal-").FullName;

    /// <summary>So that its kubelets have got their first certificates of 30 days just before.</summary>
    protected RenewalFixture() => Age = TimeSpan.FromDays(2);

    internal static readonly SnapSetFacts Facts = new()
    {
        Scenario = "3-nodes", Description = "for CI", Labels = SnapSetLabels.Of([new("rhoso", "18.0.3")]),
    };

    internal List<string> Asked { get; } = [];

    internal List<HotstackException> Failures { get; } = [];

    internal List<InstanceSource> Connected { get; } = [];

    /// <summary>Connects to the cluster of a copy; null for the sandbox's only one.</summary>
    internal Func<InstanceSource, Cluster>? ConnectTo { get; set; }

    /// <summary>Done after each set; null for nothing.</summary>
    internal Func<UpdatedSnapSet, Task>? AfterEach { get; set; }

    /// <summary>Done when the user is asked; null for nothing.</summary>
    internal Func<Task>? AtConsent { get; set; }

    protected override void DisposeConnections()
    {
        base.DisposeConnections();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A set of the cluster, of so many days before now.</summary>
    internal async Task<SnapSet> FrozenAsync(int daysAgo, SnapSetFacts? facts = null, bool noBlueprint = false)
    {
        ClusterRecord record = (await SuspendAsync())!;
        SnapSet set = (await new NewSnapSet(Cloud).RunAsync(
            new NewSnapSetRequest
            {
                Source = Stack, Facts = facts ?? Facts, Cluster = record, NoBlueprint = noBlueprint, PollInterval = Seldom,
            },
            Activity, Yes, Stop))!;
        Clock.Advance(TimeSpan.FromDays(daysAgo));
        WriteTemplate(set);
        Activity.Clear();
        Sandbox.Calls.Clear();
        return await GetAsync(set.Id);
    }

    internal async Task<SnapSet> GetAsync(string id) => await new GetSnapSets(Cloud).GetAsync(SnapSetReference.To(id), Stop);

    /// <summary>With the addresses of the guests, by which the strict rules approve the kubelets' requests.</summary>
    private void WriteTemplate(SnapSet set)
    {
        string text = RestoreFixture.TemplateOf([.. set.Members.Select(m => (m.Name, (string?)m.MacAddress))]);
        foreach (SnapSetMember member in set.Members)
        {
            string ip = member.Ports[0].FixedIps[0].Split('/')[0];
            string port = $"  {member.Name}-port:\n    type: OS::Neutron::Port\n    properties:\n";
            Assert.Contains(port, text, StringComparison.Ordinal);
            text = text.Replace(port, $"{port}      fixed_ips: [{{ip_address: {ip}}}]\n", StringComparison.Ordinal);
        }

        File.WriteAllText(Template, text);
    }

    private string Template => Path.Combine(_folder, "template.yaml");

    internal static string NameOf(SnapSet set) => $"hotstack-renewal-{set.Id}";

    internal Task<Stack?> StackOfAsync(SnapSet set) => Cloud.Stacks.FindAsync(NameOf(set), Stop);

    internal UpdateSnapSetRequest Of(params SnapSet[] sets)
    {
        return new UpdateSnapSetRequest
        {
            Ids = [.. sets.Select(SnapSetReference.To)],
            Restore = new RestoreSnapSetRequest { TemplatePath = Template },
            Revive = new() { Source = new(), PollInterval = Seldom },
            RotationInterval = TimeSpan.FromHours(4),
        };
    }

    internal async Task<IReadOnlyList<UpdatedSnapSet>> UpdateAsync(
        UpdateSnapSetRequest request, bool consents = true, Func<Cluster>? connect = null, CancellationToken? stop = null)
    {
        Failures.Clear();
        List<UpdatedSnapSet> updated = [];
        await new UpdateSnapSets(
            Cloud,
            source =>
            {
                lock (Connected)
                {
                    Connected.Add(source);
                }

                return ConnectTo?.Invoke(source) ?? connect?.Invoke() ?? Cluster;
            }).RunAsync(
            request, Activity,
            async (target, action) =>
            {
                Asked.Add($"{target}: {action}");
                await (AtConsent?.Invoke() ?? Task.CompletedTask);
                return consents;
            },
            one =>
            {
                updated.Add(one);
                AfterEach?.Invoke(one).Wait();
            },
            Failures.Add, stop ?? Stop);
        return updated;
    }

    internal async Task<UpdatedSnapSet> UpdatedAsync(UpdateSnapSetRequest request)
    {
        IReadOnlyList<UpdatedSnapSet> updated = await UpdateAsync(request);
        Assert.True(Failures.Count == 0, string.Join(Environment.NewLine, Failures.Select(failure => failure.Message)));
        return Assert.Single(updated);
    }

    internal async Task<HotstackException> RefusedAsync(UpdateSnapSetRequest request)
    {
        Assert.Empty(await UpdateAsync(request));
        return Assert.Single(Failures);
    }

    /// <summary>The server with the lease.</summary>
    internal async Task<Server> KeeperAsync(SnapSet set)
    {
        Instance controller = (await new GetInstances(Cloud).RunAsync(new() { StackName = NameOf(set) }, Activity, Stop))
            .Single(server => server.IsController);
        return await Cloud.Compute.GetServerAsync(controller.Id, Stop);
    }

    /// <summary>Another run takes the lease.</summary>
    internal async Task TakeLeaseAsync(SnapSet set) => await Cloud.Compute.AddMetadataAsync(
        (await KeeperAsync(set)).Id,
        new Dictionary<string, string> { ["hotstack_renewal_run"] = $"another {Clock.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} ci on runner7" }, Stop);

    /// <summary>Does something as soon as a text is told that matches; once.</summary>
    internal void At(string moment, Func<Task> work)
    {
        bool wasThere = false;
        Activity.Listener = (_, text) =>
        {
            if (!wasThere && Regex.IsMatch(text, moment))
            {
                wasThere = true;
                work().Wait();
            }
        };
    }

    /// <summary>Presses Ctrl+C as soon as something is told that matches.</summary>
    internal async Task StopAtAsync(string moment, UpdateSnapSetRequest request)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        bool wasThere = false;
        Activity.Listener = (_, text) =>
        {
            if (!wasThere && Regex.IsMatch(text, moment))
            {
                wasThere = true;
                stop.Cancel();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => UpdateAsync(request, stop: stop.Token));
        Activity.Listener = null;
        Assert.True(wasThere, $"never told: {moment}");
    }

    /// <summary>Two sets of one deployment, whose stack still takes half of the quota.</summary>
    internal async Task<(SnapSet First, SnapSet Second)> TwoAsync()
    {
        SnapSet first = await FrozenAsync(0);
        SnapSet second = (await new NewSnapSet(Cloud).RunAsync(
            new NewSnapSetRequest { Source = Stack, Facts = Facts, Cluster = first.ClusterRecord, PollInterval = Seldom }, Activity, Yes, Stop))!;
        Clock.Advance(TimeSpan.FromDays(31));
        Activity.Clear();
        return (await GetAsync(first.Id), await GetAsync(second.Id));
    }
}
