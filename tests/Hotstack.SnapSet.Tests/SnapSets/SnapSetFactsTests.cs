using System.Reflection;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Marks;
using Hotstack.SnapSets.Move;
using Xunit;

namespace Hotstack.SnapSets;

/// <summary>Takes each text that is recorded of a set through all that is done with a set: a new one cannot be forgotten on the way.</summary>
public sealed class SnapSetFactsTests : MoveFixture
{
    private static readonly PropertyInfo[] Properties = [.. typeof(SnapSetFacts).GetProperties()
        .Where(p => p.PropertyType == typeof(string))];

    /// <summary>Each with a text of its own. The name of the stack is found, not given.</summary>
    private static SnapSetFacts Filled =>
        Of(property => property.Name == nameof(SnapSetFacts.StackName) ? StackName : $"a {property.Name}, é");

    public static TheoryData<string> Names => [.. Properties.Select(property => property.Name)];

    [Fact]
    public void Each_has_a_key_of_its_own() => Assert.Equal(Properties.Length, SnapSetFacts.Keys.Distinct().Count());

    [Theory, MemberData(nameof(Names))]
    public void Each_is_written_and_read_alone(string name)
    {
        SnapSetFacts one = Of(property => property.Name == name ? "text" : null);

        Assert.Equal(one, SnapSetFacts.From(one.ToMetadata().ToDictionary()));
        Assert.Single(one.ToMetadata(), pair => pair.Value == "text");
    }

    [Theory, MemberData(nameof(Names))]
    public void One_that_Nova_cannot_keep_is_refused_by_name(string name)
    {
        Assert.Empty(Of(property => property.Name == name ? new string('x', 255) : null).Violations());
        Assert.Single(Of(property => property.Name == name ? new string('x', 256) : null).Violations());
    }

    /// <summary>A resume completes what was not recorded, and changes nothing that was.</summary>
    [Theory, MemberData(nameof(Names))]
    public void What_is_missing_comes_from_the_others(string name)
    {
        SnapSetFacts without = Of(property => property.Name == name ? null : "recorded");

        Assert.Equal(Of(property => property.Name == name ? "given" : "recorded"), without.Or(Of(_ => "given")));
    }

    /// <summary>Nova gives the snapshot of a restored server the properties of the image that it was booted from.</summary>
    [Fact]
    public void A_set_without_them_inherits_none()
    {
        var without = new SnapSetProperties
        {
            SnapId = "k3v9x2m1", Name = "master0", Role = "ocp_master", MacAddresses = [], SourceId = "s", MemberCount = 1,
                CreatedAt = default,
        };
        Dictionary<string, string> inherited = Filled.ToMetadata().ToDictionary();
        foreach ((string key, string value) in without.ToMetadata())
        {
            inherited[key] = value;
        }

        Assert.Equal(new SnapSetFacts(), SnapSetFacts.From(inherited));
    }

    [Fact]
    public async Task A_set_shows_them_and_an_export_and_an_import_keep_them()
    {
        Sandbox.Cloud.StopServers();
        SnapSet set = await CreatedAsync(OfStack with { Facts = Filled });
        AssertShown(set);
        AssertShown(Assert.Single(await FindAsync()));

        Moving.SnapSetExport export = await ExportedAsync(set.Id);
        AssertShown(await ImportedAsync(export.Path, newId: true));
    }

    [Fact]
    public async Task A_set_of_volume_snapshots_only_keeps_them_and_a_resume_too()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Cloud.AttachVolume("worker1", "/dev/vdb", 5);
        Sandbox.Cloud.AttachVolume("worker0", "/dev/vdb", 5);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.FailVolumeSnapshot, Server = "worker1" });
        var e = await Assert.ThrowsAsync<SnapSetFailedException>(
            () => CreateAsync(OfStack with { Facts = Filled, IncludeVolumes = true, KeepPartial = true }));

        SnapSet begun = await new GetSnapSets(Cloud).GetAsync(e.SnapSetId, Stop);
        Assert.Empty(begun.Members);
        AssertShown(begun);
        AssertShown(await CreatedAsync(new NewSnapSetRequest { ResumeId = e.SnapSetId }));
    }

    /// <summary>In its record, and in properties of the same names.</summary>
    private static void AssertShown(SnapSet set)
    {
        Assert.Equal(Filled, set.Facts);
        Assert.All(Properties, property => Assert.Equal(property.GetValue(Filled),
            typeof(SnapSet).GetProperty(property.Name)?.GetValue(set)));
    }

    private static SnapSetFacts Of(Func<PropertyInfo, string?> text)
    {
        var facts = new SnapSetFacts();
        foreach (PropertyInfo property in Properties)
        {
            property.SetValue(facts, text(property));
        }

        return facts;
    }
}
