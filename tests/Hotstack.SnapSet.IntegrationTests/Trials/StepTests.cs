using Hotstack.Sandbox;
using Hotstack.Trials.Faults;
using Xunit;

namespace Hotstack.Trials;

public sealed class StepTests
{
    private static readonly string[] Told =
        ["GET /a", "POST /b", "GET /a", "GET /c", "GET /a", "GET /a", "GET /a", "POST /b", "GET /a"];

    [Theory]
    [InlineData("/image/v2/images/2c624232-cdd2-4d27-a0a7-6f4dbc9a3f5e/file", "/image/v2/images/{}/file")]
    [InlineData("/volume/v3/2c624232cdd24d27a0a76f4dbc9a3f5e/limits", "/volume/v3/{}/limits")]
    [InlineData("/api/v1/nodes/master0/proxy/metrics", "/api/v1/nodes/{}/proxy/metrics")]
    [InlineData("/api/v1/namespaces/hotstack-snapset-x7k2/pods/arm-1-0/log", "/api/v1/namespaces/{}/pods/{}/log")]
    [InlineData("/api/v1/namespaces/openshift-etcd/secrets/etcd-client", "/api/v1/namespaces/{}/secrets/{}")]
    [InlineData("/apis/certificates.k8s.io/v1/certificatesigningrequests/csr-1/approval", "/apis/certificates.k8s.io/v1/certificatesigningrequests/{}/approval")]
    [InlineData("/apis/route.openshift.io/v1", "/apis/{}/v1")]
    public void A_shape_leaves_out_what_differs_from_run_to_run_and_finds_the_call_again(string path, string shape)
    {
        var found = CallShape.Of("GET", path);

        Assert.Equal(shape, found.Path);
        Assert.Matches(found.Pattern, path);
        Assert.DoesNotMatch(found.Pattern, path + "/more");
    }

    [Fact]
    public void A_list_is_not_one_of_its_items() => Assert.DoesNotMatch(
        CallShape.Of("GET", "/volume/v3/2c624232cdd24d27a0a76f4dbc9a3f5e/snapshots/2c624232-cdd2-4d27-a0a7-6f4dbc9a3f5e").Pattern,
        "/volume/v3/2c624232cdd24d27a0a76f4dbc9a3f5e/snapshots/detail");

    [Fact]
    public void Of_a_wait_the_first_the_second_and_the_last_look_are_left_and_every_change()
    {
        Call[] calls = [.. Told.Select((text, i) => new Call
        {
            Number = i + 1, Time = default, Service = "image", Method = text.Split(' ')[0], Path = text.Split(' ')[1], Query = "",
        })];

        Assert.Equal(
            ["GET /a #1", "POST /b #1", "GET /a #2", "GET /c #1", "GET /a #3", "GET /a #5", "POST /b #2", "GET /a #6"],
            Step.Of(calls).Select(s => s.ToString()));
    }

    [Fact]
    public void A_step_is_read_as_it_is_written()
    {
        var step = new Step(new CallShape("GET", "/image/v2/images/{}"), 3);
        Assert.Equal(step, Step.Parse(step.ToString()));
        Assert.Null(Step.Parse("17"));
    }
}
