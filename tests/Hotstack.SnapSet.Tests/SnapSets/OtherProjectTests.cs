using Hotstack.Deployments;
using Hotstack.Moving;
using Hotstack.OpenStack;
using Hotstack.Restoring;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Move;
using Hotstack.SnapSets.Remove;
using Hotstack.SnapSets.Restore;
using Hotstack.SnapSets.Test;
using Xunit;

namespace Hotstack.SnapSets;

/// <summary>An object of another project never acts on what has the same id or name in ours.</summary>
public sealed class OtherProjectTests : RestoreFixture
{
    private const string Shared = "mp65jst2";

    private static readonly Dictionary<string, Func<OtherProjectTests, SnapSet, Cloud, Task>> Uses = new()
    {
        ["get"] = async (t, set, ours) => await new GetSnapSets(ours).RunAsync(new() { Ids = [SnapSetReference.To(set)] }, Stop),
        ["remove"] = async (t, set, ours) => await new RemoveSnapSet(ours).RunAsync(SnapSetReference.To(set), true, t.Activity, Yes, Stop),
        ["test"] = async (t, set, ours) => await new TestSnapSet(ours).RunAsync(SnapSetReference.To(set), Stop),
        ["test -Quiet"] = async (t, set, ours) => await new TestSnapSet(ours).IsUsableAsync(SnapSetReference.To(set), t.Activity, Stop),
        ["export"] = async (t, set, ours) => await new ExportSnapSet(ours).RunAsync(
            new() { Id = SnapSetReference.To(set), Path = t.Folder }, t.Activity, Yes, Stop),
        ["restore"] = async (t, set, ours) => await new RestoreSnapSet(ours).RunAsync(
            t.Of(set) with { SnapSetId = SnapSetReference.To(set) }, t.Activity, Yes, Stop),
        ["parameters"] = async (t, set, ours) => await new StackParameters(ours).ToYamlAsync(SnapSetReference.To(set), Stop),
        ["resume"] = async (t, set, ours) => await new NewSnapSet(ours).RunAsync(
            new() { ResumeId = SnapSetReference.To(set) }, t.Activity, Yes, Stop),
        ["new, of its stack"] = async (t, set, ours) => await new NewSnapSet(ours).RunAsync(
            new() { Source = StackOf(set) }, t.Activity, Yes, Stop),
        ["new, of its servers"] = async (t, set, ours) => await new NewSnapSet(ours).RunAsync(
            new() { Source = new() { Instances = await t.ServersOfAsync(set) } }, t.Activity, Yes, Stop),
        ["instances"] = async (t, set, ours) => await new GetInstances(ours).RunAsync(StackOf(set), t.Activity, Stop),
        ["suspend, revive: its stack"] = async (t, set, ours) => await new DeploymentServers(ours).FindAsync(StackOf(set), t.Activity,
            Stop),
        ["suspend, revive: its servers"] = async (t, set, ours) => await new DeploymentServers(ours).FindAsync(
            new() { Instances = await t.ServersOfAsync(set) }, t.Activity, Stop),
    };

    public static TheoryData<string> Names => [.. Uses.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task It_is_refused_and_both_projects_are_named(string use)
    {
        Sandbox.Cloud.AddUpstreamSnapSet(Shared, project: "other", visibility: "public");
        Sandbox.Cloud.AddUpstreamSnapSet(Shared);
        SnapSet theirs = (await FindAsync(new() { AllProjects = true })).Single(set => set.ProjectId != Sandbox.Cloud.ProjectId);
        int images = Sandbox.Cloud.Images.Count;
        Sandbox.Calls.Clear();

        var e = await Assert.ThrowsAsync<HotstackException>(() => Uses[use](this, theirs, Cloud));

        Assert.Equal(("ProjectMismatch", ErrorCause.InputInvalid), (e.Id, e.Cause));
        Assert.Contains(theirs.ProjectId!, e.Message, StringComparison.Ordinal);
        Assert.Contains(Sandbox.Cloud.ProjectId, e.Message, StringComparison.Ordinal);
        Golden.Message(e);
        Assert.Equal(images, Sandbox.Cloud.Images.Count);
        Assert.DoesNotContain(Calls, call => call.Method != "GET" && call.Service != "identity");
    }

    /// <summary>Objects of older versions, or made by hand, do not tell a project.</summary>
    [Fact]
    public async Task An_object_that_tells_no_project_is_looked_up_in_ours()
    {
        Sandbox.Cloud.AddUpstreamSnapSet(Shared, project: "other", visibility: "public");
        Sandbox.Cloud.AddUpstreamSnapSet(Shared);

        Assert.Equal(Sandbox.Cloud.ProjectId, (await new GetSnapSets(Cloud).GetAsync(Shared, Stop)).ProjectId);
        Assert.NotEmpty(await new GetInstances(Cloud).RunAsync(new() { StackName = StackName }, Activity, Stop));
    }

    [Fact]
    public async Task Of_all_projects_the_object_still_means_its_own()
    {
        Sandbox.Cloud.AddUpstreamSnapSet(Shared, project: "other", visibility: "public");
        Sandbox.Cloud.AddUpstreamSnapSet(Shared);
        foreach (SnapSet set in await FindAsync(new() { AllProjects = true }))
        {
            SnapSet read = Assert.Single(await FindAsync(new() { Ids = [SnapSetReference.To(set)], AllProjects = true }));
            Assert.Equal(set.ProjectId, read.ProjectId);
        }
    }

    [Fact]
    public async Task The_latest_of_all_projects_is_refused()
    {
        Sandbox.Cloud.AddUpstreamSnapSet("evilevil", project: "other", visibility: "public");
        Sandbox.Cloud.AddUpstreamSnapSet(Shared, TimeSpan.FromDays(3));

        var e = await Assert.ThrowsAsync<HotstackException>(() => FindAsync(new() { AllProjects = true, Latest = true }));

        Assert.Equal("LatestOfAllProjects", e.Id);
        Assert.Equal(Shared, Assert.Single(await FindAsync(new() { Latest = true })).Id);
    }

    [Fact]
    public async Task What_is_given_carries_its_project()
    {
        SnapSet set = await FreezeAsync();
        RestoredStack stack = await RestoreAsync(Of(set));
        string ours = Sandbox.Cloud.ProjectId;

        Assert.Equal(ours, set.ProjectId);
        Assert.Equal(ours, stack.ProjectId);
        Assert.All(stack.Servers, server => Assert.Equal(ours, server.ProjectId));
        Assert.All(await InstancesAsync(), server => Assert.Equal(ours, server.ProjectId));
        Assert.All(await new GetInstances(Cloud).RunAsync(new() { Servers = ["master*"], Roles = ["ocp_master"] }, Activity, Stop),
            server => Assert.Equal(ours, server.ProjectId));
        SnapSetExport? export = await new ExportSnapSet(Cloud).RunAsync(new() { Id = set.Id, Path = Folder }, Activity, Yes, Stop);
        Assert.Equal(ours, export!.ProjectId);
    }

    private static InstanceSource StackOf(SnapSet set) => new() { StackName = StackName, ProjectIds = [set.ProjectId!] };

    private async Task<Instance[]> ServersOfAsync(SnapSet set) =>
        [.. (await InstancesAsync()).Select(server => server with { ProjectId = set.ProjectId })];
}
