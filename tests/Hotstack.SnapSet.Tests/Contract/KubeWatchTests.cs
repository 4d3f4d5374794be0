using System.Text.Json.Nodes;
using System.Threading.Channels;
using Hotstack.Http;
using Hotstack.OpenShift;
using Xunit;

namespace Hotstack.Contract;

/// <summary>Changes are followed through all that ends a stream.</summary>
public abstract class KubeWatchTests(ContractCluster on) : KubeContractTests(on)
{
    [ContractFact]
    public async Task What_is_there_comes_first_and_then_every_change()
    {
        string name = NewName();
        await AddConfigMapAsync(name);
        await using var watch = new Follower(ConfigMaps, Of(name), TimeSpan.FromMinutes(4));
        Assert.Equal((WatchChange.Added, name), await watch.NextAsync());

        await AddConfigMapAsync($"{name}-2", group: name);
        Assert.Equal((WatchChange.Added, $"{name}-2"), await watch.NextAsync());
        await ChangeAsync(name);
        Assert.Equal((WatchChange.Modified, name), await watch.NextAsync());
        await ConfigMaps.DeleteAsync(name, Stop, On.Namespace);
        Assert.Equal((WatchChange.Deleted, name), await watch.NextAsync());
        Assert.Empty(watch.Rest);
    }

    [ContractFact]
    public async Task A_stream_that_the_server_ends_is_taken_up_where_it_was()
    {
        string name = NewName();
        await AddConfigMapAsync(name);
        await using var watch = new Follower(ConfigMaps, Of(name), TimeSpan.FromSeconds(1));
        Assert.Equal((WatchChange.Added, name), await watch.NextAsync());
        int streams = Streams();

        await WaitForAsync(() => Streams() >= streams + 2);
        await ChangeAsync(name);

        Assert.Equal((WatchChange.Modified, name), await watch.NextAsync());
        Assert.Empty(watch.Rest);
    }

    [ContractFact]
    public async Task What_happened_while_the_server_forgot_is_told_all_the_same()
    {
        string name = NewName();
        await AddConfigMapAsync(name);
        await AddConfigMapAsync($"{name}-2", group: name);
        await AddConfigMapAsync($"{name}-3", group: name);
        await using var watch = new Follower(ConfigMaps, Of(name), TimeSpan.FromMinutes(4));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(WatchChange.Added, (await watch.NextAsync()).Change);
        }

        await On.StopApiAsync(Stop);
        await On.StartApiAsync(Stop);
        await On.UntilAsync("the API is back", async () => (await TryAsync(() => Admin.Api.GetTextAsync("readyz", Stop))) is not null, Stop);
        await ConfigMaps.DeleteAsync($"{name}-2", Stop, On.Namespace);
        await ChangeAsync(name);
        await On.ForgetChangesAsync(Stop);

        (WatchChange, string)[] changes = [await watch.NextAsync(), await watch.NextAsync()];
        Assert.Equal([(WatchChange.Modified, name), (WatchChange.Deleted, $"{name}-2")], changes.Order());
        Assert.Empty(watch.Rest);
    }

    [ContractFact]
    public async Task A_version_that_is_forgotten_is_a_410()
    {
        string name = NewName();
        await AddConfigMapAsync(name);
        await ChangeAsync(name);
        await On.ForgetChangesAsync(Stop);
        await On.UntilAsync("the API is back", async () => (await TryAsync(() => Admin.Api.GetTextAsync("readyz", Stop))) is not null, Stop);

        string? told = null;
        try
        {
            await foreach (string line in ConfigMaps.StreamChangesAsync(Of(name), "1", TimeSpan.FromSeconds(5), Stop))
            {
                told = line;
                break;
            }
        }
        catch (ServiceException e) when (e.Status == 410)
        {
            told = "\"code\":410";
        }

        Assert.Contains("\"code\":410", told, StringComparison.Ordinal);
    }

    private static async Task<string?> TryAsync(Func<Task<string>> call)
    {
        try
        {
            return await call();
        }
        catch (ServiceException)
        {
            return null;
        }
    }

    private static async Task WaitForAsync(Func<bool> isSo)
    {
        for (int i = 0; !isSo(); i++)
        {
            Assert.True(i < 300, "not so after a minute");
            await Task.Delay(TimeSpan.FromMilliseconds(200), Stop);
        }
    }

    private Selection Of(string group) => new() { Namespace = On.Namespace, Labels = $"group={group}" };

    private Task<RawObject> ChangeAsync(string name) => ConfigMaps.PatchAsync(
        name, Patch.Merge(new() { ["data"] = new JsonObject { ["text"] = Guid.NewGuid().ToString() } }), Stop, On.Namespace);

    private int Streams() => On.Activity.Everything.Count(line => line.EndsWith("-> 200, a stream", StringComparison.Ordinal));

    /// <summary>A watch that is followed beside the test.</summary>
    private sealed class Follower : IAsyncDisposable
    {
        private readonly Channel<(WatchChange, string)> _changes = Channel.CreateUnbounded<(WatchChange, string)>();
        private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        private readonly Task _following;

        public Follower(ResourceClient<RawObject> client, Selection selection, TimeSpan duration)
        {
            // By the real clock: the sandbox's moves on whenever somebody waits, also for a stream to be overdue.
            var watch = new ResourceWatch<RawObject>(client, selection, o => o.Meta, TimeProvider.System, new RecordingActivity())
            {
                StreamDuration = duration,
            };
            _following = FollowAsync(watch);
        }

        /// <summary>What came and was not asked for.</summary>
        public IEnumerable<(WatchChange, string)> Rest
        {
            get
            {
                while (_changes.Reader.TryRead(out (WatchChange, string) change))
                {
                    yield return change;
                }
            }
        }

        public async Task<(WatchChange Change, string Name)> NextAsync()
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            patience.CancelAfter(Minute);
            return await _changes.Reader.ReadAsync(patience.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _end.Dispose();
        }

        private async Task FollowAsync(ResourceWatch<RawObject> watch)
        {
            try
            {
                await foreach (WatchEvent<RawObject> change in watch.RunAsync(_end.Token))
                {
                    await _changes.Writer.WriteAsync((change.Change, change.Meta.Name), _end.Token);
                }
            }
            catch (Exception e)
            {
                _changes.Writer.TryComplete(e);
            }
        }
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxKubeWatchTests(SandboxContractCluster on) : KubeWatchTests(on), IClassFixture<SandboxContractCluster>;

[Trait("Contract", "KubeLab"), Collection(KubeLabCollection.Name)]
public sealed class LabKubeWatchTests(LabCluster on) : KubeWatchTests(on), IOnKubeLab;
