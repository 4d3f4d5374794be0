using System.Text.Json.Nodes;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.SnapSets.Restore;

/// <summary>Passwords among the parameters reach Heat, and nothing else.</summary>
public sealed class RestoreSecretsTests : RestoreFixture
{
    private const string Secret = "s3cret-Zq9";

    [Fact]
    public async Task Secrets_are_sent_but_never_displayed()
    {
        RestoreSnapSetRequest request = await RequestAsync();

        await RestoreAsync(request);

        Assert.Contains(StackWrites, call => call.Body.Contains(Secret, StringComparison.Ordinal));
        Assert.NotEmpty(Asked);
        Assert.DoesNotContain(Asked.Concat(Activity.Everything), text => text.Contains(Secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/preview$")]
    [InlineData("/stacks$")]
    public async Task A_refusal_does_not_display_secrets(string path)
    {
        RestoreSnapSetRequest request = await RequestAsync();
        Sandbox.Faults.Add(new Fault
        {
            Kind = FaultKind.Status, Method = "POST", Path = path, Status = 400, Times = 0,
            Body = new JsonObject
            {
                ["error"] = new JsonObject { ["message"] = $"Value '{Secret}' does not match", ["type"] = "StackValidationFailed" },
            }.ToJsonString(),
        });

        HotstackException error = await Assert.ThrowsAnyAsync<HotstackException>(() => RestoreAsync(request));

        Golden.Message(error);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Activity.Everything, text => text.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_reason_of_a_failed_resource_does_not_display_secrets()
    {
        RestoreSnapSetRequest request = await RequestAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.NoValidHost, Server = "master1", Body = $"No host for '{Secret}'" });

        HotstackException error = await Assert.ThrowsAnyAsync<HotstackException>(() => RestoreAsync(request));

        Assert.Equal("StackFailed", error.Id);
        Golden.Message(error);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
    }

    private async Task<RestoreSnapSetRequest> RequestAsync()
    {
        SnapSet set = await FreezeAsync();
        return Of(set) with { Parameters = new JsonObject { ["note"] = Secret }, Secrets = [Secret] };
    }
}
