using System.Text.Json.Nodes;
using Xunit;
using static Hotstack.Http.ScriptedHandler;

namespace Hotstack.Http;

/// <summary>What changes something at a service is a step of the story, by the service's request id.</summary>
public sealed class WriteStoryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly RecordingActivity _activity = new();

    [Theory]
    [InlineData("POST", 202, "X-OpenStack-Request-Id: req-1", "POST compute /servers/1/action (os-stop) -> 202 (req-1)")]
    [InlineData("PATCH", 200, "Audit-Id: 7f-2", "PATCH compute /servers/1/action (os-stop) -> 200 (7f-2)")]
    [InlineData("DELETE", 204, "X-Other: a", "DELETE compute /servers/1/action (os-stop) -> 204")]
    public async Task A_write_is_told_with_what_came_of_it(string method, int status, string header, string expected)
    {
        using Api api = new ScriptedHandler(_ => Answer(status, headers: header)).Api(_activity);

        await api.SendAsync(Write(method), Stop);

        Assert.Equal(expected, Assert.Single(_activity.Steps));
    }

    [Fact]
    public async Task One_that_is_refused_is_told_once_too()
    {
        using Api api = new ScriptedHandler(_ => Answer(409, headers: "X-OpenStack-Request-Id: req-2")).Api(_activity);

        await Assert.ThrowsAsync<ServiceException>(() => api.SendAsync(Write("POST"), Stop));

        Assert.Equal("POST compute /servers/1/action (os-stop) -> 409 (req-2)", Assert.Single(_activity.Steps));
    }

    [Fact]
    public async Task Of_several_attempts_the_outcome_is_told()
    {
        using Api api = new ScriptedHandler(_ => Answer(503), _ => Answer(503),
            _ => Answer(202, headers: "X-OpenStack-Request-Id: req-3")).Api(_activity);

        await api.SendAsync(Write("PUT"), Stop);

        Assert.Equal(
            "PUT compute /servers/1/action (os-stop) -> 202 (req-3)",
            Assert.Single(_activity.Steps, step => step.StartsWith("PUT ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_without_an_answer_is_told_with_the_reason()
    {
        using Api api = new ScriptedHandler(_ => throw new HttpRequestException("cut")).Api(_activity);

        await Assert.ThrowsAsync<ServiceException>(() => api.SendAsync(Write("POST"), Stop));

        Assert.StartsWith("POST compute /servers/1/action (os-stop) -> the connection broke off: ", Assert.Single(_activity.Steps),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_that_is_asked_by_a_POST_is_no_step_and_may_be_repeated()
    {
        using Api api = new ScriptedHandler(_ => Answer(503), _ => Answer(201)).Api(_activity);

        await api.SendAsync(Write("POST") with { IsQuestion = true }, Stop);

        Assert.DoesNotContain(_activity.Steps, step => step.StartsWith("POST ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reading_is_no_step()
    {
        using Api api = new ScriptedHandler(_ => Answer(200, "{}")).Api(_activity);

        await api.SendAsync(Write("GET") with { Body = null }, Stop);

        Assert.Empty(_activity.Steps);
    }

    [Fact]
    public async Task Neither_body_nor_header_nor_query_is_told()
    {
        using Api api = new ScriptedHandler(_ => Answer(202, """{"adminPass": "s3cret"}""")).Api(_activity);

        await api.SendAsync(Write("POST") with { Headers = [new("X-Auth-Token", "s3cret")], Query = [new("key", "s3cret")] }, Stop);

        Assert.NotEmpty(_activity.Everything);
        Assert.DoesNotContain(_activity.Everything, line => line.Contains("s3cret", StringComparison.Ordinal));
    }

    private static ApiRequest Write(string method) =>
        new ApiRequest("compute", HttpMethod.Parse(method), new Uri("https://cloud.test/servers/1/action"))
            .WithJson(new JsonObject { ["os-stop"] = "s3cret" }) with { Action = "os-stop" };
}
