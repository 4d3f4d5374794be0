using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Runs.Renewal;

/// <summary>Several sets in one run, in a project with room for two deployments.</summary>
public sealed class SeveralRenewalsTests : RenewalFixture
{
    public SeveralRenewalsTests() => Quotas = new SandboxQuotas { Instances = 6 };

    [Fact]
    public async Task As_many_at_a_time_as_the_quota_allows_and_all_in_the_end()
    {
        (SnapSet first, SnapSet second) = await TwoAsync();

        IReadOnlyList<UpdatedSnapSet> updated = await UpdateAsync(Of(first, second) with { ThrottleLimit = 2 });

        Assert.Empty(Failures);
        Assert.Equal([first.Id, second.Id], updated.Select(one => one.RenewedFrom));
        Assert.Contains(Activity.Warnings, w => w.StartsWith("1 SnapSet at a time is renewed instead of 2: ", StringComparison.Ordinal));
        Assert.Equal(4, (await new GetSnapSets(Cloud).RunAsync(new(), Stop)).Count);
    }

    [Fact]
    public async Task What_a_failed_one_keeps_is_judged_again_before_the_next_one_is_made()
    {
        (SnapSet first, SnapSet second) = await TwoAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "worker0", Times = 1 });

        Assert.Empty(await UpdateAsync(Of(first, second) with { ThrottleLimit = 1 }));

        Assert.Equal(["SnapshotFailed", "RestoreInputInvalid"], Failures.Select(failure => failure.Id));
        Assert.Contains("instances", Failures[1].Message, StringComparison.Ordinal);
        Assert.NotNull(await StackOfAsync(first));
        Assert.Null(await StackOfAsync(second));
    }

    [Fact]
    public async Task A_set_that_another_run_renewed_while_it_waited_is_not_renewed_again()
    {
        (SnapSet first, SnapSet second) = await TwoAsync();
        UpdatedSnapSet? other = null;
        AfterEach = async result =>
        {
            if (result.RenewedFrom == first.Id)
            {
                List<HotstackException> failures = [];
                await new UpdateSnapSets(Cloud, _ => Cluster).RunAsync(Of(second), Activity, Yes, one => other = one, failures.Add, Stop);
                Assert.Empty(failures);
            }
        };

        IReadOnlyList<UpdatedSnapSet> updated = await UpdateAsync(Of(first, second) with { ThrottleLimit = 1 });

        Assert.Equal(other!.SnapSetId, updated[1].SnapSetId);
        Assert.Equal(4, (await new GetSnapSets(Cloud).RunAsync(new(), Stop)).Count);
    }

    [Fact]
    public async Task None_that_fits_is_refused_before_anything_is_made()
    {
        (SnapSet first, SnapSet second) = await TwoAsync();
        await Cloud.Stacks.CreateAsync(
            new()
            {
                Name = "other",
                Template = "heat_template_version: 2018-08-31\nresources:\n  s: {type: OS::Nova::Server, properties: {image: "
                    + $"{first.Members[0].ImageId}, flavor: hotstack.small, networks: []}}}}\n",
            },
            Stop);
        Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Empty(await UpdateAsync(Of(first, second)));

        Assert.NotEmpty(Failures);
        Assert.Empty(Asked);
        Assert.Null(await StackOfAsync(first));
    }
}
