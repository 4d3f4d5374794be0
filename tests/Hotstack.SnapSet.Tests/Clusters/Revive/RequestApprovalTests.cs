using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Xunit;

namespace Hotstack.Clusters.Revive;

public sealed class RequestApprovalTests
{
    [Theory]
    [InlineData(1, "0 2 4 6")]
    [InlineData(15, "0 15 30 45")]
    public async Task Requests_are_polled_every_two_seconds_at_most(int interval, string expected)
    {
        // Timeouts of calls do not fire by themselves.
        var clock = new ManualClock { AutoAdvance = true, AutoAdvanceUpTo = TimeSpan.FromSeconds(interval < 15 ? 12 : 15) };
        DateTimeOffset start = clock.GetUtcNow();
        var activity = new RecordingActivity();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var polls = new List<int>();
        using var handler = new ScriptedHandler(sent =>
        {
            polls.Add((int)(sent.At - start).TotalSeconds);
            if (polls.Count == 4)
            {
                stop.Cancel();
            }

            return ScriptedHandler.Answer(200, """{"items": []}""");
        })
        { Clock = clock };
        using Cluster cluster = HandledCluster.Connect(handler, activity);
        using Cloud cloud = Cloud.Connect(KeystoneScript.Configuration("https://cloud.test/v3"), activity, clock);
        var request = new ReviveClusterRequest { Source = new() { StackName = "hs" }, PollInterval = TimeSpan.FromSeconds(interval) };

        await new RequestApproval(new Revival(cloud, cluster, new([], null), request, activity)).RunAsync(stop.Token);

        Assert.Equal(expected, string.Join(' ', polls));
    }
}
