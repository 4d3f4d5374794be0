using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Contract.Clouds;

/// <summary>What Nova shows, takes and refuses, past our client for it.</summary>
public abstract class NovaTests(ContractCloud on) : ContractTests(on)
{
    [ContractFact]
    public async Task Fields_depend_on_the_microversion()
    {
        foreach ((string version, bool hasLock, string flavorKey) in ((string, bool, string)[])
        [
            ("2.1", false, "id"), ("2.46", true, "id"), ("2.47", true, "original_name"),
        ])
        {
            RawAnswer answer = await Raw.SendAsync(HttpMethod.Get, "compute", $"servers/{Master.Id}", null, Stop, version);

            JsonObject server = answer.Json["server"]!.AsObject();
            Assert.Equal((version, hasLock), (version, server.ContainsKey("locked")));
            Assert.True(server["flavor"]!.AsObject().ContainsKey(flavorKey), version);
        }
    }

    [ContractFact]
    public async Task A_microversion_that_is_too_new_is_a_406() =>
        Assert.Equal(406, (await Raw.SendAsync(HttpMethod.Get, "compute", "servers", null, Stop, "2.999")).Status);

    [ContractFact]
    public async Task A_locked_server_is_not_stopped()
    {
        await On.Deployment.ActivateAsync(Stop);
        string action = $"servers/{Master.Id}/action";
        Assert.Equal(202, (await Raw.PostAsync("compute", action, new JsonObject { ["lock"] = null }, Stop)).Status);
        try
        {
            // To an administrator the lock does not apply.
            var e = await Assert.ThrowsAnyAsync<HotstackException>(() => Cloud.Compute.StopServerAsync(Master.Id, Stop));
            Assert.Equal(ErrorCause.Conflict, e.Cause);
            Assert.Contains("is locked", e.Message, StringComparison.Ordinal);
        }
        finally
        {
            await Raw.PostAsync("compute", action, new JsonObject { ["unlock"] = null }, Stop);
        }
    }

    [ContractFact]
    public async Task Metadata_is_written_and_read_item_by_item()
    {
        string metadata = $"servers/{Master.Id}/metadata";
        try
        {
            RawAnswer added = await Raw.PostAsync(
                "compute", metadata, Parse("""{"metadata": {"hotstack_a": "1", "hotstack_b": "2"}}"""), Stop);
            Assert.Equal((200, "2"), (added.Status, (string?)added.Json["metadata"]!["hotstack_b"]));
            Assert.Equal("2", (string?)(await Raw.GetAsync("compute", $"{metadata}/hotstack_b", Stop)).Json["meta"]!["hotstack_b"]);
            Assert.Equal(204, (await Raw.DeleteAsync("compute", $"{metadata}/hotstack_a", Stop)).Status);
            Assert.Equal(404, (await Raw.DeleteAsync("compute", $"{metadata}/hotstack_a", Stop)).Status);
            Assert.Equal(404, (await Raw.GetAsync("compute", $"{metadata}/hotstack_a", Stop)).Status);
        }
        finally
        {
            await Raw.DeleteAsync("compute", $"{metadata}/hotstack_b", Stop);
        }
    }

    [ContractFact]
    public async Task Metadata_of_a_wrong_form_is_refused()
    {
        foreach (string body in (string[])["""{"meta": {"a": "1"}}""", """{"metadata": {"a": 1}}""", """{"metadata": {"a/b": "1"}}"""])
        {
            Assert.Equal((body, 400), (body, (await Raw.PostAsync("compute", $"servers/{Master.Id}/metadata", Parse(body), Stop)).Status));
        }
    }

    [ContractFact]
    public async Task A_snapshot_of_a_wrong_form_is_refused()
    {
        foreach (string fields in (string[])
            ["\"metadata\": {}", "\"name\": \"x\", \"metadata\": {\"a/b\": \"c\"}", "\"name\": \"x\", \"metadata\": {\"a\": 1}"])
        {
            RawAnswer answer = await Raw.PostAsync(
                "compute", $"servers/{Master.Id}/action", Parse($$"""{"createImage": { {{fields}} } }"""), Stop);
            Assert.Equal((fields, 400), (fields, answer.Status));
        }
    }

    private static JsonNode Parse(string json) => JsonNode.Parse(json)!;
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxNovaTests(SandboxContractCloud on) : NovaTests(on), IClassFixture<SandboxContractCloud>;

[Trait("Contract", "Lab"), Collection(LabCollection.Name)]
public sealed class LabNovaTests(LabCloud on) : NovaTests(on), IOnLab;
