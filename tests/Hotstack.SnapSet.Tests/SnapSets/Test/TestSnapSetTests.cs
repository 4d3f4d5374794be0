using Xunit;

namespace Hotstack.SnapSets.Test;

public sealed class TestSnapSetTests : SnapSetFixture
{
    [Fact]
    public async Task A_new_set_passes_every_check()
    {
        SnapSet set = await MadeAsync();

        IReadOnlyList<SnapSetFinding> findings = await TestAsync(set.Id);

        Assert.True(TestSnapSet.IsUsable(findings));
        Assert.All(findings.Where(f => f.Check != "Revivable"), f => Assert.Equal(SnapSetCheckResult.Passed, f.Result));
        Assert.Equal(6, findings.Count(f => f.Check == "Active"));
        Assert.Contains(findings, f => f.Check == "VolumeSnapshots" && f.Member == "worker1");
    }

    [Theory]
    [InlineData("Counted")]
    [InlineData("Active")]
    [InlineData("Tagged")]
    [InlineData("VolumeSnapshots")]
    [InlineData("Unique")]
    public async Task A_defect_fails_its_check(string check)
    {
        SnapSet set = await MadeAsync();
        SnapSetMember master = set.Members.Single(m => m.Name == "master1");
        switch (check)
        {
            case "Counted":
                Sandbox.Cloud.DeleteImage(master.ImageId);
                break;
            case "Active":
                Sandbox.Cloud.SetImage(master.ImageId, status: "deactivated");
                break;
            case "Tagged":
                Sandbox.Cloud.SetImage(master.ImageId, tags: ["hotstack", "hotstack-snapset"]);
                break;
            case "VolumeSnapshots":
                Sandbox.Cloud.DeleteVolumeSnapshot(set.Members.Single(m => m.Name == "worker1").VolumeSnapshots[0]);
                break;
            case "Unique":
                Sandbox.Cloud.AddImage("x", tags: [.. Sandbox.Cloud.ImagesNamed(master.ImageName)[0].Tags]);
                break;
        }

        IReadOnlyList<SnapSetFinding> findings = await TestAsync(set.Id);

        Assert.False(TestSnapSet.IsUsable(findings));
        Assert.All(findings.Where(f => f.Result == SnapSetCheckResult.Failed && f.Check != "Sized"), f => Assert.Equal(check, f.Check));
        Assert.Contains(findings, f => f.Result == SnapSetCheckResult.Failed && f.Check == check);
    }

    [Fact]
    public async Task An_upstream_set_is_usable_with_a_warning()
    {
        Sandbox.Cloud.AddUpstreamSnapSet("upstream");

        IReadOnlyList<SnapSetFinding> findings = await TestAsync("upstream");

        Assert.True(TestSnapSet.IsUsable(findings));
        Assert.Equal(["Counted", "Revivable"], findings.Where(f => f.Result == SnapSetCheckResult.Warning).Select(f => f.Check));
    }

    [Theory]
    [InlineData(20, 300, 0, SnapSetCheckResult.Passed, "revives by itself until")]
    [InlineData(20, 300, 21, SnapSetCheckResult.Warning, "approvals")]
    [InlineData(20, 300, 301, SnapSetCheckResult.Failed, "could be revived until")]
    [InlineData(20, null, 400, SnapSetCheckResult.Warning, "approvals")]
    [InlineData(null, 300, 5, SnapSetCheckResult.Warning, "not determined")]
    [InlineData(null, null, 5, SnapSetCheckResult.Warning, "not determined")]
    public async Task The_dates_of_its_cluster_are_checked(
        int? unattendedDays, int? assistedDays, int age, string result, string part)
    {
        DateTimeOffset now = Clock.GetUtcNow();
        var record = new Clusters.ClusterRecord
        {
            RecordedAt = now,
            UnattendedUntil = unattendedDays is { } unattended ? now.AddDays(unattended) : null,
            AssistedUntil = assistedDays is { } assisted ? now.AddDays(assisted) : null,
        };
        SnapSet set = await MadeAsync(record);
        Clock.Advance(TimeSpan.FromDays(age));

        SnapSetFinding finding = (await TestAsync(set.Id)).Single(f => f.Check == "Revivable");

        Assert.Equal(result, finding.Result);
        Assert.Contains(part, finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_set_is_an_error()
    {
        var e = await Assert.ThrowsAsync<HotstackException>(() => TestAsync("nosuchid"));

        Assert.Equal("SnapSetNotFound", e.Id);
    }

    private Task<IReadOnlyList<SnapSetFinding>> TestAsync(string id) => new TestSnapSet(Cloud).RunAsync(id, Stop);

    private async Task<SnapSet> MadeAsync(Clusters.ClusterRecord? record = null)
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Cloud.MakeVolumeBacked("worker1");
        return await CreatedAsync(OfStack with { Cluster = record });
    }
}
