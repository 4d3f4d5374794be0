using Hotstack.Restoring;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.SnapSets.Restore;

/// <summary>A cloud that does not tell limits, flavors or a preview does not keep anybody from restoring.</summary>
public sealed class OptionalAnswersTests : RestoreFixture
{
    [Theory]
    [InlineData("compute", "/limits$", 403)]
    [InlineData("compute", "/limits$", 404)]
    [InlineData("compute", "/limits$", 500)]
    [InlineData("compute", "/flavors/detail$", 403)]
    [InlineData("compute", "/flavors/detail$", 501)]
    [InlineData("network", "/quotas/", 403)]
    [InlineData("network", "/quotas/", 500)]
    [InlineData("orchestration", "/preview$", 403)]
    [InlineData("orchestration", "/preview$", 404)]
    [InlineData("orchestration", "/preview$", 405)]
    [InlineData("orchestration", "/preview$", 500)]
    [InlineData("orchestration", "/preview$", 501)]
    [InlineData("orchestration", "/preview$", 503)]
    public async Task A_missing_answer_is_a_warning_with_call_and_status(string service, string path, int status)
    {
        SnapSet set = await FreezeAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = service, Path = path, Status = status, Times = 0 });
        DateTimeOffset begun = Clock.GetUtcNow();

        Assert.Null(await RunAsync(Of(set), consents: false));

        Assert.Single(Asked);
        Assert.Single(Activity.Warnings, w => w.Contains($"{status}", StringComparison.Ordinal)
            && w.Contains(path.Trim('$', '/').Split('/')[0], StringComparison.Ordinal)
                && w.Contains("not checked beforehand", StringComparison.Ordinal));
        Assert.InRange(Clock.GetUtcNow() - begun, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_set_is_restored_without_optional_answers()
    {
        SnapSet set = await FreezeAsync();
        foreach (string path in new[] { "/limits$", "/flavors/detail$", "/quotas/", "/preview$" })
        {
            Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Path = path, Status = 403, Times = 0 });
        }

        RestoredStack stack = await RestoreAsync(Of(set));

        Assert.Equal(6, stack.Servers.Count);
    }

    [Theory]
    [InlineData(400, "it is not right")]
    [InlineData(413, "")]
    [InlineData(403, "You have reached the maximum stacks per tenant, 512. Please delete some stacks.")]
    public async Task A_refusal_by_Heat_stays_an_error(int status, string reason)
    {
        SnapSet set = await FreezeAsync();
        Sandbox.Faults.Add(new Fault
        {
            Kind = FaultKind.Status, Service = "orchestration", Path = "/preview$", Status = status, Times = 0,
            Body = $$"""{"code": {{status}}, "error": {"message": "{{reason}}"} }""",
        });

        var e = await Assert.ThrowsAsync<ViolationsException>(() => RunAsync(Of(set), consents: false));

        Golden.Message(e);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }
}
