using Hotstack.Fuzz.Inputs;
using Hotstack.SnapSets.Move;

namespace Hotstack.Fuzz.Targets;

/// <summary>The manifest of an export: none that is accepted names a file elsewhere.</summary>
internal sealed class ManifestTarget : FuzzTarget
{
    private static readonly string Folder = Path.GetFullPath("/nonexistent/export");

    private static readonly Tree[] Examples = [Example()];

    public override string Name => "manifests";

    public override IReadOnlyList<byte[]> Hostile => Bombs.Json;

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>(
        Bombs.GrowingJson)
    {
        ["members"] = length => $"{{\"version\":1,\"id\":\"a\",\"members\":[{string.Join(',', Enumerable.Repeat("null", length / 5))}]}}",
    };

    public override byte[] Generate(Random random) =>
        TreeInputs.Json(random.Next(3) == 0 ? [Example(Vocabulary.HostileName(random), Vocabulary.HostileName(random))] : Examples, random);

    public override Verdict Run(byte[] input) => Verdict.Of(() =>
    {
        ExportManifest manifest = ManifestFile.Parse("snapset.json", input);
        byte[] written = ManifestFile.Write(manifest);
        CheckFailedException.Unless(ManifestFile.Write(ManifestFile.Parse("again.json", written)).AsSpan().SequenceEqual(written),
            "the manifest, written again, is another");
        var plan = new ImportSnapSetPlan { Manifest = manifest, Fingerprint = "f", Folder = Folder, Id = manifest.Id, Members = [],
            Stale = [] };
        foreach (ExportedMember member in manifest.Members)
        {
            string path = Path.GetFullPath(Path.Combine(Folder, member.File));
            CheckFailedException.Unless(Path.GetDirectoryName(path) == Folder && Path.GetFileName(path) == member.File,
                $"{member.File} is not in the folder");
            plan.TagsOf(member);
            plan.NewImageOf(member).ToJson().ToJsonString();
        }
    });

    private static Tree Example(string id = "k3v9x2m1", string member = "master0")
    {
        Tree Member(string name, string role) => Tree.Map(
        [
            ("name", Tree.Of(name)), ("role", Tree.Of(role)), ("macAddresses", Tree.List([Tree.Of("fa:16:9e:81:f6:05")])),
                ("sourceId", Tree.Of("649416c7-d812-49f4-b01f-3c791446af8b")), ("file", Tree.Of($"{name}.qcow2")),
            ("size", Tree.Of("524288", isText: false)), ("hashAlgorithm", Tree.Of("sha512")), ("hash", Tree.Of(new string('a', 128))),
                ("imageId", Tree.Of("i")), ("diskFormat", Tree.Of("qcow2")), ("containerFormat", Tree.Of("bare")),
            ("minDisk", Tree.Of("0", isText: false)), ("minRam", Tree.Of("0", isText: false)),
                ("imageCreatedAt", Tree.Of("2026-11-26T15:00:00+00:00")),
                ("tags", Tree.List([Tree.Of("hotstack"), Tree.Of($"name={name}")])),
            ("properties", Tree.Map([("hotstack_cluster_recorded_at", Tree.Of("2026-11-26T14:50:00Z")),
                ("hw_disk_bus", Tree.Of("virtio"))])), ("skippedVolumes", Tree.List([])),
        ]);
        return Tree.Map(
        [
            ("version", Tree.Of("1", isText: false)), ("id", Tree.Of(id)), ("createdAt", Tree.Of("2026-11-26T15:00:00+00:00")),
                ("exportedAt", Tree.Of("2026-11-26T15:00:00+00:00")), ("isCounted", Tree.Of("true", isText: false)),
            ("stackName", Tree.Of("hs-multi")), ("scenario", Tree.Of("null", isText: false)),
                ("members", Tree.List([Member("controller", "controller"), Member(member, "ocp_master")])),
                ("warnings", Tree.List([Tree.Of("w")])),
        ]);
    }
}
