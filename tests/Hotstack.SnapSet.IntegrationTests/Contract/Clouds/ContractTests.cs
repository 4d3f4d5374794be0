using System.Text.Json.Nodes;
using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Contract.Clouds;

/// <summary>What must hold of a cloud and of our work with it, whether it is the sandbox or a real one. Each test
/// brings the servers into the state that it needs; what it made is deleted when it ends.</summary>
public abstract class ContractTests(ContractCloud on) : IAsyncLifetime
{
    internal static readonly Confirmation Yes = (_, _) => Task.FromResult(true);

    internal static CancellationToken Stop => TestContext.Current.CancellationToken;

    internal ContractCloud On => on;

    internal Cloud Cloud => on.Cloud;

    internal RawCloud Raw => on.Raw;

    internal Instance Controller => on.Deployment.Controller;

    internal Instance Master => on.Deployment.Master;

    internal NewSnapSetRequest OfStack => new()
    {
        Source = new InstanceSource { StackName = on.StackName },
        Timeout = TimeSpan.FromMinutes(5),
        PollInterval = TimeSpan.FromSeconds(1),
    };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await on.Belongings.DeleteAsync(CancellationToken.None);
    }

    /// <summary>Makes a set, to be deleted with the test, also if what was made of it is only partial.</summary>
    internal async Task<SnapSet> CreateAsync(
        NewSnapSetRequest request, IActivity? activity = null, CancellationToken? stop = null)
    {
        try
        {
            SnapSet? set = await new NewSnapSet(Cloud).RunAsync(request, activity ?? on.Activity, Yes, stop ?? Stop);
            on.Belongings.AddSnapSet(set!.Id);
            return set;
        }
        catch (SnapSetFailedException e)
        {
            on.Belongings.AddSnapSet(e.SnapSetId);
            throw;
        }
    }

    internal async Task<SnapSet> FindAsync(string id) =>
        Assert.Single(await new GetSnapSets(Cloud).RunAsync(new GetSnapSetsRequest { Ids = [id] }, Stop));

    /// <summary>An image with a little data, made without any server.</summary>
    internal async Task<string> AddImageAsync(string name, params string[] tags)
    {
        RawAnswer answer = await Raw.PostAsync(
            "image", "images",
            new JsonObject
            {
                ["name"] = name, ["disk_format"] = "raw", ["container_format"] = "bare",
                ["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]),
            },
            Stop);
        string id = on.Belongings.AddImage((string)answer.Json["id"]!);
        RawAnswer uploaded = await Raw.SendAsync(HttpMethod.Put, "image", $"images/{id}/file", RawCloud.Data("contract"), Stop);
        Assert.Equal(204, uploaded.Status);
        return id;
    }

    /// <summary>The tags that upstream gives to an image of a set.</summary>
    internal static string[] TagsOf(Instance instance, string snapId) =>
    [
        "hotstack", "hotstack-snapset", $"name={instance.Name}", $"role={instance.Role}", $"snap_id={snapId}",
        $"mac_address={instance.MacAddress}",
    ];

    internal async Task<Image> ActiveAsync(string imageId)
    {
        Image? image = null;
        await Wait.UntilAsync(
            $"image {imageId} is active",
            async () => (image = await Cloud.Images.FindAsync(imageId, Stop)
                ?? throw new InvalidOperationException($"image {imageId} is gone"))
                .Status == "active",
            Stop);
        return image!;
    }

    /// <summary>The images that say that they belong to a set, past our own reading of them.</summary>
    internal async Task<JsonNode[]> RawImagesAsync(string query) =>
        [.. (await Raw.GetAsync("image", $"images?{query}", Stop)).Json["images"]!.AsArray().Select(image => image!)];
}
