using System.Text.Json.Nodes;
using Hotstack.Moving;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Move;
using Xunit;

namespace Hotstack.SnapSets.Exported;

/// <summary>Folders of exports, listed and tested without a cloud.</summary>
public sealed class ExportedSnapSetsTests : MoveFixture
{
    private readonly List<HotstackException> _failures = [];

    [Fact]
    public async Task An_export_is_described_as_its_set_is()
    {
        SnapSet set = await FrozenAsync();
        SnapSetExport export = await ExportedAsync(set.Id);
        int calls = Calls.Count();

        ExportedSnapSet read = Assert.Single(List(Folder));

        Assert.Equal(
            (set.Id, export.Path, set.CreatedAt, set.StackName, set.Size, SnapSetState.Complete),
            (read.Id, read.Path, read.CreatedAt, read.StackName, read.Size, read.State));
        Assert.Equal(set.Members.Select(member => member.Name), read.Members);
        Assert.Equal((set.ClusterVersion, set.UnattendedUntil, set.AssistedUntil), (read.ClusterVersion, read.UnattendedUntil, read.AssistedUntil));
        Assert.Empty(read.Problems);
        Assert.Equal(calls, Calls.Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/snapset.json")]
    [InlineData("/..")]
    public async Task A_folder_of_exports_an_export_and_its_manifest_are_the_same(string below)
    {
        SnapSet set = await FrozenAsync();
        SnapSetExport export = await ExportedAsync(set.Id);

        Assert.Equal([set.Id], List(export.Path + below).Select(read => read.Id));
    }

    [Fact]
    public async Task Conditions_choose_among_them()
    {
        SnapSet set = await FrozenAsync();
        await ExportedAsync(set.Id);

        Assert.Single(List(Folder, new() { StackName = "hs-*" }));
        Assert.Empty(List(Folder, new() { StackName = "other" }));
        Assert.Empty(List(Folder, new() { Labels = new Dictionary<string, string> { ["owner"] = "*" } }));
        Assert.Empty(List(Folder, new() { ExpiringWithin = TimeSpan.FromDays(7) }));
    }

    [Fact]
    public void A_folder_without_exports_is_an_error()
    {
        Assert.Empty(List(Folder));
        Assert.Empty(List(Path.Combine(Folder, "nothing")));
        Assert.Equal(["ExportNotFound", "ExportNotFound"], _failures.Select(failure => failure.Id));
    }

    [Fact]
    public async Task A_broken_manifest_is_told_and_the_others_are_listed()
    {
        SnapSet set = await FrozenAsync();
        await ExportedAsync(set.Id);
        string broken = Directory.CreateDirectory(Path.Combine(Folder, "a-broken")).FullName;
        File.WriteAllText(Path.Combine(broken, "snapset.json"), "{");

        Assert.Equal([set.Id], List(Folder).Select(read => read.Id));
        Assert.Equal("ExportManifestInvalid", Assert.Single(_failures).Id);
    }

    [Theory]
    [InlineData("delete", "controller.qcow2 is missing", true)]
    [InlineData("truncate", "controller.qcow2 has 1 bytes, but", true)]
    [InlineData("alter", "controller.qcow2 was altered: its sha512 differs", false)]
    public async Task A_damaged_file_is_found(string damage, string expected, bool isListed)
    {
        SnapSet set = await FrozenAsync();
        SnapSetExport export = await ExportedAsync(set.Id);
        string path = FileOf(export, "controller");
        byte[] bytes = File.ReadAllBytes(path);
        switch (damage)
        {
            case "delete":
                File.Delete(path);
                break;
            case "truncate":
                File.WriteAllBytes(path, bytes[..1]);
                break;
            default:
                bytes[^1] ^= 1;
                File.WriteAllBytes(path, bytes);
                break;
        }

        ExportedSnapSet read = Assert.Single(List(Folder));
        Assert.Equal(isListed ? SnapSetState.Incomplete : SnapSetState.Complete, read.State);
        SnapSetFinding finding = Assert.Single(await TestAsync(Folder), f => f.Result == SnapSetCheckResult.Failed);
        Assert.Equal(("controller", "Intact"), (finding.Member, finding.Check));
        Assert.StartsWith(expected, finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_export_passes_each_check()
    {
        SnapSet set = await FrozenAsync();
        await ExportedAsync(set.Id);

        IReadOnlyList<SnapSetFinding> findings = await TestAsync(Folder);

        Assert.Equal(set.Members.Count, findings.Count(f => f is { Check: "Intact", Result: SnapSetCheckResult.Passed }));
        Assert.DoesNotContain(findings, f => f.Result == SnapSetCheckResult.Failed);
        Assert.Contains(Activity.Reports, report => report.Work.StartsWith("Checking ", StringComparison.Ordinal) && report.Percent == 50);
    }

    [Fact]
    public async Task A_name_that_leads_out_of_the_folder_is_refused()
    {
        SnapSet set = await FrozenAsync();
        SnapSetExport export = await ExportedAsync(set.Id);
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(ManifestOf(export)))!;
        manifest["members"]![0]!["file"] = "../../secret";
        File.WriteAllText(ManifestOf(export), manifest.ToJsonString());

        Assert.Empty(List(Folder));
        Assert.Equal("ExportManifestInvalid", Assert.Single(_failures).Id);
        _failures.Clear();
        Assert.Empty(await TestAsync(Folder));
        Assert.Equal("ExportManifestInvalid", Assert.Single(_failures).Id);
    }

    private List<ExportedSnapSet> List(string path, SnapSetConditions? conditions = null)
    {
        List<ExportedSnapSet> found = [];
        new GetExportedSnapSets(Clock).RunEach(path, conditions ?? new(), found.Add, _failures.Add, Stop);
        return found;
    }

    private async Task<IReadOnlyList<SnapSetFinding>> TestAsync(string path)
    {
        List<SnapSetFinding> findings = [];
        await new TestExportedSnapSets(Clock).RunEachAsync(path, findings.AddRange, _failures.Add, Activity, Stop);
        return findings;
    }
}
