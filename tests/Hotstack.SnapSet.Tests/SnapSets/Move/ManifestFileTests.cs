using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.SnapSets.Move;

/// <summary>Manifests that nobody should have to trust.</summary>
public sealed class ManifestFileTests
{
    private static readonly string Hash = new('a', 128);

    [Fact]
    public void A_written_manifest_is_read_back() => Assert.Equivalent(Manifest(), ManifestFile.Parse("m", ManifestFile.Write(Manifest())));

    [Fact]
    public void An_unknown_field_is_ignored() =>
        Assert.Equal("k3v9x2m1", Parse(m => m["later"] = 1).Id);

    [Theory]
    [InlineData("../master0.qcow2")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("sub/master0.qcow2")]
    [InlineData("sub\\master0.qcow2")]
    [InlineData("C:master0.qcow2")]
    [InlineData("master0.qcow2.part")]
    [InlineData("SNAPSET.json")]
    [InlineData("master0.qcow2 ")]
    [InlineData("a\u0000b")]
    [InlineData("CONTROLLER.qcow2")]
    public void A_file_outside_the_folder_is_refused(string file)
    {
        var e = Assert.Throws<ViolationsException>(() => Parse(m => m["members"]![1]!["file"] = file));

        Assert.Equal("ExportManifestInvalid", e.Id);
        Assert.Single(e.Violations);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("?")]
    [InlineData("[a]")]
    [InlineData("mp*")]
    [InlineData("`*")]
    [InlineData("a'b")]
    [InlineData("a’b")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a,b")]
    [InlineData("a=b")]
    [InlineData("{{ x }}")]
    [InlineData("a\u202eb")]
    [InlineData("ä")]
    [InlineData("mp65jst2\n")]
    [InlineData("")]
    [InlineData(null)]
    public void An_unusual_id_is_refused(string? id)
    {
        var e = Assert.ThrowsAny<HotstackException>(() => Parse(m => m["id"] = id));

        Assert.Equal("ExportManifestInvalid", e.Id);
        Golden.Message(e);
    }

    [Theory]
    [InlineData("mp65jst2")]
    [InlineData("AbC_-d3F")]
    [InlineData("-bC_.d3F")]
    public void Our_ids_and_those_of_upstream_are_accepted(string id) => Assert.Equal(id, Parse(m => m["id"] = id).Id);

    [Theory]
    [InlineData("size", "0")]
    [InlineData("size", "-1")]
    [InlineData("hash", "\"abc\"")]
    [InlineData("hashAlgorithm", "\"blake9\"")]
    [InlineData("hashAlgorithm", "null")]
    [InlineData("name", "\"\"")]
    [InlineData("name", "\"controller\"")]
    [InlineData("role", "null")]
    [InlineData("macAddresses", "[\"nonsense\"]")]
    [InlineData("macAddresses", "null")]
    [InlineData("diskFormat", "null")]
    [InlineData("minDisk", "-1")]
    [InlineData("tags", "[\"\"]")]
    [InlineData("tags", "null")]
    [InlineData("properties", "{\"a\": null}")]
    public void An_invalid_member_is_refused(string field, string value)
    {
        var e = Assert.ThrowsAny<HotstackException>(() => Parse(m => m["members"]![1]![field] = JsonNode.Parse(value)));

        Assert.Equal("ExportManifestInvalid", e.Id);
    }

    [Theory]
    [InlineData("id", "null")]
    [InlineData("id", "\"\"")]
    [InlineData("members", "[]")]
    [InlineData("members", "null")]
    [InlineData("members", "[null]")]
    [InlineData("warnings", "null")]
    [InlineData("version", "0")]
    [InlineData("stackName", "\"a\\u001b[2J\"")]
    [InlineData("scenario", "\"a\\nb\"")]
    [InlineData("createdAt", "\"yesterday\"")]
    public void An_invalid_set_is_refused(string field, string value)
    {
        var e = Assert.ThrowsAny<HotstackException>(() => Parse(m => m[field] = JsonNode.Parse(value)));

        Assert.Equal("ExportManifestInvalid", e.Id);
    }

    [Fact]
    public void A_missing_field_is_reported()
    {
        var e = Assert.Throws<HotstackException>(() => Parse(m => ((JsonObject)m["members"]![0]!).Remove("hash")));

        Assert.Equal("ExportManifestInvalid", e.Id);
        Golden.Message(e);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200)]
    public void A_truncated_manifest_is_refused(int length)
    {
        var e = Assert.Throws<HotstackException>(() => ManifestFile.Parse("m", ManifestFile.Write(Manifest())[..length]));

        Assert.Equal("ExportManifestInvalid", e.Id);
    }

    [Fact]
    public void A_newer_version_is_reported_whatever_the_content()
    {
        var e = Assert.Throws<HotstackException>(() => ManifestFile.Parse("m", Encoding.UTF8.GetBytes("""{"version": 2, "members": 7}""")));

        Assert.Equal("ExportVersionUnknown", e.Id);
    }

    private static ExportManifest Parse(Action<JsonNode> change)
    {
        JsonNode manifest = JsonNode.Parse(ManifestFile.Write(Manifest()))!;
        change(manifest);
        return ManifestFile.Parse("m", Encoding.UTF8.GetBytes(manifest.ToJsonString()));
    }

    private static ExportManifest Manifest() => new()
    {
        Version = 1, Id = "k3v9x2m1", IsCounted = true, StackName = "hs-multi",
        CreatedAt = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero), ExportedAt = new(2026, 3, 15, 9, 0, 0, TimeSpan.Zero),
        Members = [Member("controller", "controller"), Member("master0", "ocp_master")],
    };

    private static ExportedMember Member(string name, string role) => new()
    {
        Name = name, Role = role, MacAddresses = ["fa:16:9e:81:f6:05"], File = $"{name}.qcow2", Size = 7, HashAlgorithm = "sha512",
            Hash = Hash,
        ImageId = "i", DiskFormat = "qcow2", ContainerFormat = "bare", Tags = ["hotstack"],
            Properties = new Dictionary<string, string> { ["a"] = "b" },
    };
}
