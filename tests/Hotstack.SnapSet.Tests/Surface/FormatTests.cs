using System.Xml.Linq;
using Hotstack.Clusters;
using Hotstack.Clusters.CertificateRequests;
using Hotstack.Clusters.Certificates;
using Hotstack.Clusters.Stability;
using Hotstack.Moving;
using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.Surface;

public sealed class FormatTests
{
    private static readonly XDocument Views = XDocument.Load(Path.Combine(PublishedModule.Folder, "Hotstack.SnapSet.Format.ps1xml"));

    [Fact]
    public void Every_property_shown_is_one_of_the_type() =>
        Assert.All(Views.Descendants("View"), view =>
        {
            string typeName = view.Descendants("TypeName").Single().Value;
            Type? type = typeof(SnapSet).Assembly.GetType(typeName);
            Assert.True(type is not null, typeName);
            Assert.All(view.Descendants("PropertyName"), property =>
                Assert.True(type.GetProperty(property.Value) is not null, $"{typeName}.{property.Value}"));
        });

    public static TheoryData<Type> Shown =>
    [
        typeof(Instance), typeof(SnapSet), typeof(SnapSetMember), typeof(SnapSetVolume), typeof(SnapSetFinding), typeof(SnapSetExport),
        typeof(Restoring.RestoredStack), typeof(ClusterCheck), typeof(NodeReport),
        typeof(OperatorReport), typeof(ClusterCertificate), typeof(NodeCertificates), typeof(ClusterRecord), typeof(NodeRecord),
        typeof(TimelineEntry), typeof(CsrDecision), typeof(OperatorStanding),
    ];

    [Theory, MemberData(nameof(Shown))]
    public void What_cmdlets_give_has_a_table_and_a_list(Type type) => Assert.Equal(["TableControl", "ListControl"], ViewsOf(type));

    /// <summary>A table or list would cut the sentences that matter.</summary>
    [Theory]
    [InlineData(typeof(ClusterReport))]
    [InlineData(typeof(ReviveReport))]
    public void A_report_is_prose_first_and_has_a_list_and_a_table(Type type) =>
        Assert.Equal(["CustomControl", "ListControl", "TableControl"], ViewsOf(type));

    [Fact]
    public void A_list_shows_every_public_property() =>
        Assert.All(Views.Descendants("View").Where(v => v.Element("ListControl") is not null), view =>
        {
            Type type = typeof(SnapSet).Assembly.GetType(view.Descendants("TypeName").Single().Value)!;
            Assert.Equal(
                type.GetProperties().Select(p => p.Name).Order(StringComparer.Ordinal),
                view.Descendants("ListItem").Select(i => i.Element("PropertyName")!.Value).Order(StringComparer.Ordinal));
        });

    [Fact]
    public void A_table_has_a_header_for_each_column_and_fits_80_columns() =>
        Assert.All(Views.Descendants("TableControl"), table =>
        {
            XElement[] headers = [.. table.Descendants("TableColumnHeader")];
            Assert.Equal(headers.Length, table.Descendants("TableColumnItem").Count());
            Assert.InRange(headers.Sum(h => ((int?)h.Element("Width") ?? 5) + 1), 1, 80);
        });

    [Fact]
    public void Views_hold_no_script() => Assert.Empty(Views.Descendants("ScriptBlock"));

    private static IEnumerable<string> ViewsOf(Type type) =>
        Views.Descendants("View").Where(v => v.Descendants("TypeName").Single().Value == type.FullName).Select(v => v.Elements().Last().Name.LocalName);
}
