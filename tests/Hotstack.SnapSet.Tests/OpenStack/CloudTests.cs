using Hotstack.OpenStack.Configuration;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.OpenStack;

/// <summary>A connection to the sandbox, also when things go wrong.</summary>
public sealed class CloudTests : SandboxFixture
{
    [Theory]
    [InlineData("sandbox")]
    [InlineData("sandbox-appcred")]
    [InlineData("sandbox-admin")]
    public async Task Connects_to_all_services(string name)
    {
        Cloud cloud = Connect(name);

        Assert.NotNull(await cloud.GetProjectIdAsync(Stop));
        await cloud.Compute.FindServersAsync("controller", Stop);
        await cloud.Images.ListAsync([], Stop);
        await cloud.Network.ListPortsAsync(["x"], Stop);
        await cloud.Stacks.ListNamesAsync(Stop);
        await cloud.Volumes.ListVolumesAsync(Stop);

        Assert.Single(Calls, c => c.Method == "POST");
        // A name and a list of images take two each.
        Assert.Equal(8, Calls.Count());
    }

    [Fact]
    public async Task Parallel_calls_share_a_token_and_its_renewal()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Cloud.Images.ListAsync([], Stop)));
        Sandbox.Cloud.RevokeTokens();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Cloud.Images.ListAsync([], Stop)));

        Assert.Equal(2, Calls.Count(c => c.Service == "identity"));
        // Each list is two calls.
        Assert.InRange(Calls.Count(c => c.Service == "image"), 65, 96);
    }

    [Fact]
    public async Task Prepares_for_a_long_run()
    {
        await Cloud.GetProjectIdAsync(Stop);
        await Cloud.PrepareForAsync(TimeSpan.FromMinutes(50), Stop);
        Assert.Single(Calls);

        Clock.Advance(TimeSpan.FromMinutes(20));
        await Cloud.PrepareForAsync(TimeSpan.FromMinutes(50), Stop);

        Assert.Equal(2, Calls.Count());
    }

    [Theory]
    [InlineData("password", "wrong", "AuthenticationFailed")]
    [InlineData("project_name", "nosuch", "AuthenticationFailed")]
    [InlineData("project_name", null, "ProjectMissing")]
    [InlineData("auth_url", "{sandbox}nowhere/v3", "AuthUrlInvalid")]
    [InlineData("auth_url", "{sandbox}", "AuthUrlInvalid")]
    public async Task A_wrong_value_is_told(string key, string? value, string id)
    {
        CloudConfiguration configuration = Configuration("sandbox");
        var auth = new Dictionary<string, string>(configuration.Auth);
        auth.Remove(key);
        if (value is not null)
        {
            auth[key] = value.Replace("{sandbox}", Sandbox.Address.AbsoluteUri, StringComparison.Ordinal);
        }

        using var cloud = Cloud.Connect(configuration with { Auth = auth }, Activity, Clock);
        HotstackException e = await Assert.ThrowsAnyAsync<HotstackException>(() => cloud.GetProjectIdAsync(Stop));

        Assert.Equal(id, e.Id);
        Assert.NotNull(e.Hint);
    }

    [Fact]
    public async Task An_application_credential_that_is_not_there_is_told_as_such()
    {
        CloudConfiguration configuration = Configuration("sandbox-appcred");
        var auth = new Dictionary<string, string>(configuration.Auth) { ["application_credential_id"] = new string('0', 32) };

        using var cloud = Cloud.Connect(configuration with { Auth = auth }, Activity, Clock);
        HotstackException e = await Assert.ThrowsAnyAsync<HotstackException>(() => cloud.GetProjectIdAsync(Stop));

        Assert.Equal("AuthenticationFailed", e.Id);
        Golden.Message(e);
    }

    [Fact]
    public async Task Whatever_goes_wrong_no_secret_is_told()
    {
        FaultKind[] kinds =
        [
            FaultKind.Reset, FaultKind.Garbage, FaultKind.Truncate, FaultKind.RevokeTokens, FaultKind.ExpireTokens,
            FaultKind.LostAnswer, FaultKind.WrongContentType, FaultKind.Status,
        ];
        var told = new List<string>();
        foreach (string service in (string[])["identity", "image"])
        {
            foreach (FaultKind kind in kinds)
            {
                foreach (int times in (int[])[1, 0])
                {
                    Sandbox.Faults.Clear();
                    Sandbox.Faults.Add(new Fault { Kind = kind, Service = service, Times = times, Status = 401 });
                    Cloud cloud = Connect("sandbox");
                    try
                    {
                        await cloud.Images.ReplaceTagsAsync("nosuch", ["a"], Stop);
                    }
                    catch (HotstackException e)
                    {
                        told.Add($"{e}\n{e.Hint}\n{e.Target}");
                    }
                }
            }
        }

        Assert.Equal(32, told.Count);
        string all = string.Join('\n', told.Concat(Activity.Everything));
        Assert.DoesNotContain(Configuration("sandbox").Auth["password"], all, StringComparison.Ordinal);
        Assert.DoesNotContain("gAAAAAB", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Flurl", string.Join('\n', told.Select(WithoutStack)), StringComparison.Ordinal);
    }

    private static string WithoutStack(string text) =>
        string.Join('\n', text.Split('\n').Where(line => !line.TrimStart().StartsWith("at ", StringComparison.Ordinal)));
}
