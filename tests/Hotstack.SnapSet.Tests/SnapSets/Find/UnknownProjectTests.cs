using System.Text;
using System.Text.Json;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;
using Hotstack.SnapSets.Remove;
using Xunit;

namespace Hotstack.SnapSets.Find;

/// <summary>A fixed token (<c>auth_type: admin_token</c>) does not tell its project.</summary>
public sealed class UnknownProjectTests : SnapSetFixture
{
    private static readonly string[] Methods = ["password"];

    [Theory]
    [InlineData("public")]
    [InlineData("community")]
    [InlineData("shared")]
    public async Task Public_images_are_not_ours(string visibility)
    {
        Sandbox.Cloud.AddUpstreamSnapSet("evilevil", project: "other", visibility: visibility);
        Sandbox.Cloud.AddUpstreamSnapSet("mp65jst2", TimeSpan.FromDays(3));
        Cloud cloud = await WithTokenOfAsync("hotstack");
        var find = new GetSnapSets(cloud);

        Assert.Equal("mp65jst2", Assert.Single(await find.RunAsync(new() { Latest = true }, Stop)).Id);
        Assert.Equal("mp65jst2", Assert.Single(await find.RunAsync(new(), Stop)).Id);
        Assert.Equal("SnapSetNotFound", (await Assert.ThrowsAsync<HotstackException>(() => find.GetAsync("evilevil", Stop))).Id);
        List<string> removed = [];
        await new RemoveSnapSets(cloud).RunAsync(
            new() { Retention = new() { KeepLast = 1 } }, Activity, Yes, set => removed.Add(set.Id), e => throw e, Stop);
        Assert.Empty(removed);
    }

    [Fact]
    public async Task An_object_selects_its_own_project()
    {
        Sandbox.Cloud.AddUpstreamSnapSet("mp65jst2", project: "other");
        Sandbox.Cloud.AddUpstreamSnapSet("mp65jst2");
        var find = new GetSnapSets(await WithTokenOfAsync("admin"));

        foreach (SnapSet set in await find.RunAsync(new(), Stop))
        {
            Assert.Equal(set.ProjectId, (await find.GetAsync(SnapSetReference.To(set), Stop)).ProjectId);
        }
    }

    [Theory]
    [InlineData("by id")]
    [InlineData("latest")]
    [InlineData("by pattern")]
    [InlineData("by age")]
    public async Task Sets_of_several_projects_are_refused(string how)
    {
        Sandbox.Cloud.AddUpstreamSnapSet("mp65jst2", TimeSpan.FromDays(30), project: "other");
        Sandbox.Cloud.AddUpstreamSnapSet("mp65jst2", TimeSpan.FromDays(30));
        Cloud cloud = await WithTokenOfAsync("admin");

        var e = await Assert.ThrowsAsync<HotstackException>(() => how switch
        {
            "by id" => new RemoveSnapSet(cloud).RunAsync("mp65jst2", false, Activity, Yes, Stop),
            "latest" => new GetSnapSets(cloud).RunAsync(new() { Latest = true }, Stop),
            "by pattern" => PruneAsync(cloud, new() { Ids = [SnapSetReference.Typed("mp*")] }),
            _ => PruneAsync(cloud, new() { Retention = new() { OlderThan = TimeSpan.FromDays(7) } }),
        });

        Assert.Equal("ProjectUnknown", e.Id);
        Assert.Equal(4, Sandbox.Cloud.Images.Count(image => image.Tags.Contains("snap_id=mp65jst2")));
    }

    private Task PruneAsync(Cloud cloud, RemoveSnapSetsRequest request) =>
        new RemoveSnapSets(cloud).RunAsync(request, Activity, Yes, _ => { }, e => throw e, Stop);

    private async Task<Cloud> WithTokenOfAsync(string name)
    {
        var scope = new { name, domain = new { name = "Default" } };
        string body = JsonSerializer.Serialize(new
        {
            auth = new
            {
                identity = new
                {
                    methods = Methods,
                    password = new { user = new { name, domain = new { name = "Default" }, password = "sandbox-password" } },
                },
                scope = new { project = scope },
            },
        });
        using var http = new HttpClient();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await http.PostAsync(new Uri(Sandbox.Address, "/identity/v3/auth/tokens"), content, Stop);
        CloudConfiguration fixedToken = Configuration("sandbox") with
        {
            AuthType = AuthTypes.AdminToken,
            Auth = new Dictionary<string, string>
            {
                ["token"] = answer.Headers.GetValues("X-Subject-Token").Single(),
                ["endpoint"] = new Uri(Sandbox.Address, "/image").AbsoluteUri,
            },
            Settings = new Dictionary<string, string> { ["block_storage_endpoint_override"] = new Uri(Sandbox.Address,
                "/volume/v3").AbsoluteUri },
        };
        return Connect(fixedToken);
    }
}
