using Hotstack.Contract.Clouds;
using Hotstack.Moving;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Move;
using Xunit;

namespace Hotstack.Contract.SnapSets;

/// <summary>Sets on their way from one project to another.</summary>
public abstract class MoveTests : ContractTests, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-contract-").FullName;
    private readonly Cloud _other;
    private readonly RawCloud _otherRaw;
    private readonly Belongings _otherBelongings;

    protected MoveTests(ContractCloud on)
        : base(on)
    {
        _other = Cloud.Connect(on.Configuration(on.OtherName), on.Activity);
        _otherRaw = new RawCloud(on.Configuration(on.OtherName), on.Activity);
        _otherBelongings = new Belongings(_other, _otherRaw);
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await _otherBelongings.DeleteAsync(CancellationToken.None);
        await DisposeAsync();
        _other.Dispose();
        _otherRaw.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [ContractFact]
    public async Task A_set_goes_from_one_project_to_another_with_every_byte()
    {
        SnapSet set = await FrozenAsync();

        SnapSetExport export = await ExportAsync(set.Id);
        SnapSet moved = await ImportAsync(export.Path);

        Assert.Equal(SnapSetState.Complete, moved.State);
        Assert.Equal((set.Id, set.Size, set.Size), (moved.Id, moved.Size, export.Fetched));
        Assert.NotEqual(set.ProjectId, moved.ProjectId);
        foreach ((SnapSetMember before, SnapSetMember after) in set.Members.Zip(moved.Members))
        {
            Image old = (await Cloud.Images.FindAsync(before.ImageId, Stop))!;
            Image made = (await _other.Images.FindAsync(after.ImageId, Stop))!;
            Assert.Equal((old.HashAlgorithm, old.HashValue, old.Checksum), (made.HashAlgorithm, made.HashValue, made.Checksum));
            Assert.NotNull(made.HashValue);
            Assert.Equal((old.Name, old.DiskFormat, old.ContainerFormat, old.MinDisk),
                (made.Name, made.DiskFormat, made.ContainerFormat, made.MinDisk));
            Assert.Equal((before.Name, before.Role, before.MacAddress), (after.Name, after.Role, after.MacAddress));
        }

        Assert.Equal(0, (await ExportAsync(set.Id, verify: true)).Fetched);
        Assert.Equal("SnapSetExists", (await Assert.ThrowsAnyAsync<HotstackException>(() => ImportAsync(export.Path))).Id);
    }

    [ContractFact]
    public async Task A_download_goes_on_at_the_byte_where_it_was()
    {
        SnapSet set = await FrozenAsync();
        SnapSetExport export = await ExportAsync(set.Id);
        string file = Directory.GetFiles(export.Path, $"{set.Members[1].Name}.*").Single();
        byte[] whole = await File.ReadAllBytesAsync(file, Stop);
        File.Delete(Path.Combine(export.Path, "snapset.json"));
        File.Delete(file);
        await File.WriteAllBytesAsync(file + ".part", whole[..(whole.Length / 3)], Stop);

        SnapSetExport again = await ExportAsync(set.Id);

        Assert.Equal(whole.Length - (whole.Length / 3), again.Fetched);
        Assert.Equal(whole, await File.ReadAllBytesAsync(file, Stop));
    }

    [ContractFact]
    public async Task An_import_that_was_stopped_is_no_set_and_goes_on()
    {
        SnapSet set = await FrozenAsync();
        SnapSetExport export = await ExportAsync(set.Id);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var activity = new RecordingActivity
        {
            Listener = (_, text) =>
            {
                if (text.Contains("bytes sent", StringComparison.Ordinal))
                {
                    cancel.Cancel();
                }
            },
        };
        using var connection = Cloud.Connect(On.Configuration(On.OtherName), activity);
        _otherBelongings.AddSnapSet(set.Id);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ImportSnapSet(connection).RunAsync(
            new ImportSnapSetRequest { Path = export.Path, ThrottleLimit = 1 }, activity, Yes, cancel.Token));

        SnapSet partial = Assert.Single(await new GetSnapSets(_other).RunAsync(new GetSnapSetsRequest { Ids = [set.Id] }, Stop));
        Assert.Equal(SnapSetState.Incomplete, partial.State);
        Assert.Empty((await _otherRaw.GetAsync("image", $"images?tag=snap_id={set.Id}", Stop)).Json["images"]!.AsArray());
        SnapSet moved = await ImportAsync(export.Path);
        Assert.Equal(SnapSetState.Complete, moved.State);
        // One for each member, and the blueprint.
        Assert.Equal(set.Members.Count + 1,
            (await _otherRaw.GetAsync("image", $"images?hotstack_snap_id={set.Id}", Stop)).Json["images"]!.AsArray().Count);
    }

    [ContractFact]
    public async Task A_file_that_was_altered_makes_no_image()
    {
        SnapSet set = await FrozenAsync();
        SnapSetExport export = await ExportAsync(set.Id);
        string file = Directory.GetFiles(export.Path, $"{set.Members[0].Name}.*").Single();
        byte[] bytes = await File.ReadAllBytesAsync(file, Stop);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Stop);
        _otherBelongings.AddSnapSet(set.Id);

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => ImportAsync(export.Path));

        Assert.Equal("ExportAltered", e.Id);
        SnapSet partial = Assert.Single(await new GetSnapSets(_other).RunAsync(new GetSnapSetsRequest { Ids = [set.Id] }, Stop));
        Assert.DoesNotContain(partial.Members, m => m.Name == set.Members[0].Name && m.Status == "active");
    }

    [ContractFact]
    public async Task A_server_boots_from_an_imported_image()
    {
        SnapSet set = await FrozenAsync();
        SnapSetExport export = await ExportAsync(set.Id);

        SnapSet copy = (await new ImportSnapSet(Cloud).RunAsync(
            new ImportSnapSetRequest { Path = export.Path, NewId = true }, On.Activity, Yes, Stop))!;
        On.Belongings.AddSnapSet(copy.Id);
        string server = await On.BootAsync(copy.Members[1].ImageId, Stop);

        Assert.NotEqual(set.Id, copy.Id);
        string image = On.Belongings.AddImage(
            await Cloud.Compute.CreateImageAsync(server, "contract-of-imported", new Dictionary<string, string>(), Stop));
        await ActiveAsync(image);
        Assert.Equal(copy.Members.Select(m => m.ImageId), (await FindAsync(copy.Id)).Members.Select(m => m.ImageId));
    }

    [ContractFact]
    public async Task Data_is_not_sent_to_an_image_that_has_some()
    {
        string id = await AddImageAsync("contract-has-data");
        using var source = new MemorySource();

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => Cloud.Images.UploadAsync(id, source, Stop));

        Assert.Equal(ErrorCause.Conflict, e.Cause);
    }

    [ContractFact]
    public async Task An_image_that_is_made_twice_by_one_id_is_one()
    {
        var image = new NewImage
        {
            Id = On.Belongings.AddImage(Guid.NewGuid().ToString()), Name = "contract-twice", DiskFormat = "raw", ContainerFormat = "bare",
            Properties = new Dictionary<string, string> { ["hotstack_contract"] = "x" },
        };

        Image first = await Cloud.Images.CreateAsync(image, Stop);
        Image second = await Cloud.Images.CreateAsync(image, Stop);

        Assert.Equal((image.Id, image.Id, "queued", "x"), (first.Id, second.Id, second.Status, second.Properties["hotstack_contract"]));
    }

    [ContractFact]
    public async Task What_the_project_may_store_is_told_or_not_but_asking_does_no_harm()
    {
        ImageQuota quota = await Cloud.Images.GetQuotaAsync(Stop);

        Assert.True(quota.BytesLeft is null or >= 0);
    }

    private async Task<SnapSet> FrozenAsync()
    {
        await On.Deployment.ShutOffAsync(Stop);
        return await CreateAsync(OfStack);
    }

    private async Task<SnapSetExport> ExportAsync(string id, bool verify = false) => (await new ExportSnapSet(Cloud).RunAsync(
        new ExportSnapSetRequest { Id = id, Path = _folder, Verify = verify, SkipVolumes = true }, On.Activity, Yes, Stop))!;

    private async Task<SnapSet> ImportAsync(string path)
    {
        SnapSet set = (await new ImportSnapSet(_other).RunAsync(new ImportSnapSetRequest { Path = path }, On.Activity, Yes, Stop))!;
        _otherBelongings.AddSnapSet(set.Id);
        return set;
    }

    private sealed class MemorySource : MemoryStream, Http.IUploadSource
    {
        public MemorySource()
            : base(new byte[1 << 16])
        {
        }

        public void Rewind() => Position = 0;
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxMoveTests(SandboxContractCloud on) : MoveTests(on), IClassFixture<SandboxContractCloud>;

[Trait("Contract", "Lab"), Collection(LabCollection.Name)]
public sealed class LabMoveTests(LabCloud on) : MoveTests(on), IOnLab;
