using Hotstack.Moving;
using Hotstack.OpenStack;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.SnapSets.Move;

/// <summary>A set in a sandbox, another project to move it to, and a folder between them.</summary>
public abstract class MoveFixture : SnapSetFixture
{
    internal const string FileCalls = "/file$";

    internal string Folder { get; } = Directory.CreateTempSubdirectory("hotstack-move-").FullName;

    internal Cloud Other => field ??= Connect("sandbox-other");

    /// <summary>Calls that bring an image's data up or down.</summary>
    internal IEnumerable<Call> DataCalls => Calls.Where(c => c.Service == "image" && c.Path.EndsWith("/file", StringComparison.Ordinal));

    internal async Task<SnapSet> FrozenAsync()
    {
        Sandbox.Cloud.StopServers();
        SnapSet set = await CreatedAsync(OfStack with { NoBlueprint = true });
        Sandbox.Calls.Clear();
        return set;
    }

    internal Task<SnapSetExport?> ExportAsync(
        string id, bool skipVolumes = false, bool verify = false, Confirmation? confirm = null, ExportDisk? disk = null,
            Cloud? cloud = null,
        CancellationToken? stop = null) =>
        new ExportSnapSet(cloud ?? Cloud) { Disk = disk ?? new() }.RunAsync(
            new ExportSnapSetRequest { Id = id, Path = Folder, SkipVolumes = skipVolumes, Verify = verify },
            Activity, confirm ?? Yes, stop ?? Stop);

    internal async Task<SnapSetExport> ExportedAsync(string id, bool skipVolumes = false, bool verify = false) =>
        Assert.IsType<SnapSetExport>(await ExportAsync(id, skipVolumes, verify));

    internal Task<SnapSet?> ImportAsync(string path, bool newId = false, Cloud? into = null, Confirmation? confirm = null,
        CancellationToken? stop = null) =>
        new ImportSnapSet(into ?? Other).RunAsync(
            new ImportSnapSetRequest { Path = path, NewId = newId }, Activity, confirm ?? Yes, stop ?? Stop);

    internal async Task<SnapSet> ImportedAsync(string path, bool newId = false, Cloud? into = null) =>
        Assert.IsType<SnapSet>(await ImportAsync(path, newId, into));

    /// <summary>The images of another project's sets, in the sandbox itself.</summary>
    internal Hotstack.Sandbox.Imaging.Image[] ImportedImages =>
        [.. Sandbox.Cloud.Images.Where(i => i.Owner != Sandbox.Cloud.ProjectId && i.Properties.ContainsKey("hotstack_snap_id")
            && !IsBlueprint(i))];

    internal Hotstack.Sandbox.Imaging.Image ImageOf(SnapSet set, string name) =>
        Sandbox.Cloud.Images.Single(i => i.Id == set.Members.Single(m => m.Name == name).ImageId);

    internal static string FileOf(SnapSetExport export, string name) => Path.Combine(export.Path, $"{name}.qcow2");

    internal static string ManifestOf(SnapSetExport export) => Path.Combine(export.Path, ExportManifest.FileName);

    /// <summary>Changes one byte in the middle.</summary>
    internal static void Alter(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    protected override void DisposeConnections() => Directory.Delete(Folder, recursive: true);
}
