using System.Text.RegularExpressions;
using System.Xml.Linq;
using Hotstack.Clusters;
using Hotstack.Clusters.CertificateRequests;
using Hotstack.Clusters.Certificates;
using Hotstack.Clusters.Stability;
using Hotstack.Commands;
using Hotstack.Hosting;
using Hotstack.Moving;
using Hotstack.Playbooks;
using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.Surface;

public sealed partial class FormatTests
{
    private static readonly XDocument Views = XDocument.Load(Path.Combine(Repository.Root, "Hotstack.SnapSet.Format.ps1xml"));
    private static readonly XDocument Types = XDocument.Load(Path.Combine(Repository.Root, "Hotstack.SnapSet.Types.ps1xml"));

    /// <summary>Collections with many items, of which lists show the first few; another property has the problems.</summary>
    private static readonly string[] CutInLists = ["Checks", "Operators", "Certificates", "CertificateRequests"];

    /// <summary>Single objects that a list shows by their text.</summary>
    private static readonly Type[] ShownByText = [typeof(ClusterRecord), typeof(ClusterReport)];

    public static TheoryData<Type> Shown =>
    [
        typeof(Instance), typeof(InstancePort), typeof(PortAddress), typeof(SnapSet), typeof(SnapSetMember), typeof(SnapSetVolume), typeof(SnapSetPort), typeof(SnapSets.Restore.RestoredServerId), typeof(SnapSetFinding), typeof(SnapSetExport),
        typeof(Restoring.RestoredStack), typeof(PlaybookRun), typeof(PlaybookStageResult), typeof(ClusterCheck), typeof(NodeReport),
        typeof(OperatorReport), typeof(ClusterCertificate), typeof(NodeCertificates), typeof(ClusterRecord), typeof(NodeRecord),
        typeof(TimelineEntry), typeof(CsrDecision), typeof(OperatorStanding), typeof(StabilityEvent), typeof(Leftover),
        typeof(Runs.Renewal.UpdatedSnapSet), typeof(SnapSets.Exported.ExportedSnapSet), typeof(Deployments.Stacks.DeploymentStack),
        typeof(SigningRequest), typeof(UnreadPart),
    ];

    public static TheoryData<Type> Reports => [typeof(ClusterReport), typeof(ClusterStatus), typeof(ReviveReport)];

    public static TheoryData<Type> All => [.. Shown.Concat(Reports).Select(row => row.Data)];

    [Theory, MemberData(nameof(Shown))]
    public void Output_types_have_a_table_and_a_list(Type type) => Assert.Equal(["TableControl", "ListControl"], ViewsOf(type));

    /// <summary>A table or list would cut the sentences that matter.</summary>
    [Theory, MemberData(nameof(Reports))]
    public void A_report_is_prose_first_and_has_a_list_and_a_table(Type type) =>
        Assert.Equal(["CustomControl", "ListControl", "TableControl"], ViewsOf(type));

    [Fact]
    public void Every_output_and_every_object_of_an_error_has_views()
    {
        IEnumerable<Type> given = typeof(HotstackCmdlet).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributesData())
            .Where(a => a.AttributeType.Name == "OutputTypeAttribute")
            .SelectMany(a => (IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!)
            .Select(a => (Type)a.Value!).Where(t => t.Assembly == typeof(SnapSet).Assembly);
        IEnumerable<Type> ofErrors = typeof(SnapSet).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(HotstackException)))
            .SelectMany(t => t.GetProperties()).Where(p => p.PropertyType.IsGenericType)
                .Select(p => p.PropertyType.GetGenericArguments()[0])
            .Where(t => t.Assembly == typeof(SnapSet).Assembly && t.IsClass);
        Type[] all = [.. given.Concat(ofErrors)];

        Assert.True(all.Length > 10, string.Join(", ", all.Select(t => t.Name)));
        Assert.All(all, type => Assert.Contains(type, All.Select(row => row.Data)));
    }

    [Fact]
    public void Every_view_is_tested_here() =>
        Assert.Equal(
            All.Select(row => row.Data.FullName!).Order(StringComparer.Ordinal),
            Views.Descendants("View").Select(v => TypeOf(v).FullName!).Distinct().Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(All))]
    public void Properties_of_shown_types_are_plain_values_or_have_views(Type type) =>
        Assert.All(type.GetProperties(), property =>
        {
            Type held = property.PropertyType;
            bool isListing = held.IsGenericType && held.GetGenericTypeDefinition() == typeof(Listing<>);
            Type bare = isListing ? held.GetGenericArguments()[0] : Nullable.GetUnderlyingType(held) ?? held;
            if (held == typeof(SnapSetLabels))
            {
                // It has a text of its own, which CSV takes.
                return;
            }

            Assert.True(IsPlain(bare) || All.Any(row => row.Data == bare) || bare.Name == "NodeAddress",
                $"{type.Name}.{property.Name}: {bare.Name}");
            Assert.True(isListing || bare == typeof(string) || !held.IsAssignableTo(typeof(System.Collections.IEnumerable)),
                $"{type.Name}.{property.Name} is a collection that CSV cannot tell");
        });

    /// <summary>Otherwise the text of a record lists all its properties.</summary>
    [Theory, MemberData(nameof(All))]
    public void Shown_types_have_a_short_text(Type type) =>
        Assert.True(
            type == typeof(SnapSetFinding) || type.GetMethod("ToString", Type.EmptyTypes)!.GetCustomAttributes(
                typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute), false).Length == 0,
            type.Name);

    [Fact]
    public void Every_property_shown_is_one_of_the_type() =>
        Assert.All(Views.Descendants("View"), view => Assert.All(
            BindingsOf(view).Where(binding => !IsOfTheItem(binding)), binding =>
                Assert.True(TypeOf(view).GetProperty(PropertyOf(binding)) is not null || IsOfAnotherType(view, binding),
                    $"{TypeOf(view)}: {binding.Value}")));

    /// <summary>A property with a twin for people (Size, SizeText) is shown by the twin.</summary>
    [Theory, MemberData(nameof(All))]
    public void A_list_shows_every_public_property_or_its_twin(Type type) =>
        Assert.Equal(
            type.GetProperties().Select(p => p.Name).Where(name => type.GetProperty(name + "Text") is null).Order(StringComparer.Ordinal),
            ItemsOf(type).Select(PropertyOf).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(All))]
    public void A_list_names_what_it_shows(Type type) =>
        Assert.All(ItemsOf(type), item =>
        {
            string name = PropertyOf(item);
            string shown = item.Element("Label")?.Value ?? name;
            Assert.Equal(name.EndsWith("Text", StringComparison.Ordinal) ? name[..^4] : name, shown);
        });

    /// <summary>PowerShell shows the first four of a collection.</summary>
    [Theory, MemberData(nameof(All))]
    public void A_list_shows_collections_whole(Type type) =>
        Assert.All(ItemsOf(type), item =>
            Assert.True(
                !type.GetProperty(PropertyOf(item))!.PropertyType.Name.StartsWith("Listing", StringComparison.Ordinal)
                || Joined().IsMatch(item.Element("ScriptBlock")?.Value ?? "") || CutInLists.Contains(PropertyOf(item)),
                $"{type.Name}.{PropertyOf(item)}"));

    [Fact]
    public void A_table_has_a_header_for_each_column_and_fits_80_columns() =>
        Assert.All(Views.Descendants("TableControl"), table =>
        {
            XElement[] headers = [.. table.Descendants("TableColumnHeader")];
            XElement[] columns = [.. table.Descendants("TableColumnItem")];
            Assert.Equal(headers.Length, columns.Length);
            Assert.All(headers.Zip(columns), pair => Assert.True(
                pair.Second.Element("ScriptBlock") is null || pair.First.Element("Label") is not null, "a script has no name of its own"));
            int Narrowest(XElement header, XElement column) =>
                (int?)header.Element("Width") ?? (header.Element("Label")?.Value ?? PropertyOf(column)).Length;
            Assert.InRange(headers.Zip(columns).Sum(pair => Narrowest(pair.First, pair.Second) + 1), 1, 80);
        });

    /// <summary>Either PowerShell fits all columns to their content, or each column but the last has a width.</summary>
    [Fact]
    public void A_table_is_as_wide_as_it_needs_to_be() =>
        Assert.All(Views.Descendants("TableControl"), table =>
            Assert.Equal(
                table.Element("AutoSize") is null ? table.Descendants("TableColumnHeader").Count() - 1 : 0,
                table.Descendants("Width").Count()));

    /// <summary>One shows a text, one shows prose on one line, one joins a list, one colours a state. Nothing else: views hold no logic.</summary>
    [Fact]
    public void Views_hold_four_scripts_and_no_other() =>
        Assert.All(Views.Descendants("ScriptBlock"), script =>
            Assert.True(State().IsMatch(script.Value) || Joined().IsMatch(script.Value) || Written().IsMatch(script.Value), script.Value));

    /// <summary>No control character of a name reaches the terminal through a table, a list, prose or the heading of a group.</summary>
    [Fact]
    public void Views_write_out_hidden_characters()
    {
        (XElement View, XElement Binding)[] raw =
        [
            .. Views.Descendants("View").SelectMany(view => BindingsOf(view).Select(binding => (view, binding)))
                .Where(pair => !pair.binding.Value.Contains("[Hotstack.Hosting.Display]::", StringComparison.Ordinal)),
        ];

        Assert.NotEmpty(raw);
        Assert.All(raw, pair => Assert.True(
            IsNoText(pair.View, pair.Binding) || pair.Binding.Parent!.Element("EnumerateCollection") is not null,
            $"{TypeOf(pair.View).Name}: {pair.Binding.Value}"));
        Assert.DoesNotContain(Views.Descendants("ExpressionBinding"), binding => !binding.HasElements);
    }

    /// <summary>The escape sequences of $PSStyle.Foreground and $PSStyle.Reset.</summary>
    [Theory]
    [InlineData("ACTIVE", "Server", "\e[32mACTIVE\e[0m")]
    [InlineData("shutoff", "Server", "\e[33mshutoff\e[0m")]
    [InlineData("BUILD", "Server", "BUILD\e[0m")]
    [InlineData("killed", "Image", "\e[31mkilled\e[0m")]
    [InlineData("a\e[2J", "Image", "\e[31ma`u{1b}[2J\e[0m")]
    [InlineData("True", "Truth", "\e[32mTrue\e[0m")]
    [InlineData("", "Truth", "\e[0m")]
    [InlineData("", "Stack", "\e[31m\e[0m")]
    public void A_state_is_shown_in_its_colour(string word, string kind, string shown) => Assert.Equal(shown, Display.Coloured(word, kind));

    [Fact]
    public void Views_use_every_kind_of_state_and_no_other() => Assert.Equal(
        Display.Colours.Keys.Order(StringComparer.Ordinal),
        Views.Descendants("ScriptBlock").Select(s => State().Match(s.Value)).Where(m => m.Success).Select(m => m.Groups["kind"].Value)
            .Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_word_for_a_state_has_a_colour_or_is_plain_on_purpose()
    {
        Assert.Equal(WordsOf(typeof(SnapSetState)), ColouredWordsOf(typeof(SnapSet), "State"));
        Assert.Equal(WordsOf(typeof(ClusterVerdict)), ColouredWordsOf(typeof(ClusterReport), "Verdict"));
        Assert.Equal(WordsOf(typeof(CsrVerdict)).Where(w => w != CsrVerdict.Ignore), ColouredWordsOf(typeof(CsrDecision), "Verdict"));
        Assert.Equal(WordsOf(typeof(ClusterCheckResult)).Where(w => w != ClusterCheckResult.Skipped),
            ColouredWordsOf(typeof(ClusterCheck), "Result"));
        Assert.All(WordsOf(typeof(SnapSetCheckResult)), word => Assert.Contains(word, ColouredWordsOf(typeof(SnapSetFinding), "Result")));
        Assert.Equal([TimeText.Expired], ColouredWordsOf(typeof(SnapSet), nameof(SnapSet.UnattendedLeft)));
        Assert.Contains(new OperatorReport { Name = "etcd", Available = true, Progressing = false, Degraded = false }.State,
            ColouredWordsOf(typeof(OperatorReport), "State"));
        Assert.Contains(new NodeReport { Name = "master0", Ready = true, IsUnschedulable = true }.Status,
            ColouredWordsOf(typeof(NodeReport), "Status"));
        Assert.Contains(new NodeReport { Name = "master0", Ready = true }.Status, ColouredWordsOf(typeof(NodeReport), "Status"));
    }

    /// <summary>Deep enough that every object with views of its own arrives as an object, in a file and from a job.</summary>
    [Theory]
    [InlineData(typeof(Instance))]
    [InlineData(typeof(SnapSet))]
    [InlineData(typeof(Restoring.RestoredStack))]
    [InlineData(typeof(Deployments.Stacks.DeploymentStack))]
    [InlineData(typeof(ClusterRecord))]
    [InlineData(typeof(ClusterReport))]
    [InlineData(typeof(ClusterStatus))]
    [InlineData(typeof(ReviveReport))]
    [InlineData(typeof(Runs.Renewal.UpdatedSnapSet))]
    public void Types_with_objects_are_serialized_with_them(Type type)
    {
        XElement entry = Assert.Single(Types.Descendants("Type"), t => t.Element("Name")!.Value == type.FullName);
        XElement depth = Assert.Single(entry.Descendants("NoteProperty"), n => n.Element("Name")!.Value == "SerializationDepth");

        Assert.Equal(DepthOf(type), (int)depth.Element("Value")!);
    }

    [Fact]
    public void Other_types_have_no_depth() =>
        Assert.Equal(9, Types.Descendants("NoteProperty").Count());

    /// <summary>Each collection and each object is one level.</summary>
    private static int DepthOf(Type type) => type.GetProperties().Max(property =>
    {
        Type held = property.PropertyType;
        return ShownByText.Contains(held) ? 1 + DepthOf(held)
            : !held.IsGenericType || held.GetGenericTypeDefinition() != typeof(Listing<>) ? 0
            : IsPlain(held.GetGenericArguments()[0]) ? 1
            : 2 + DepthOf(held.GetGenericArguments()[0]);
    });

    /// <summary>A number, date or truth value.</summary>
    private static bool IsNoText(XElement view, XElement binding)
    {
        Type shown = (TypeOf(view).GetProperty(PropertyOf(binding)) ?? typeof(ClusterCheck).GetProperty(PropertyOf(binding))!).PropertyType;
        Type bare = Nullable.GetUnderlyingType(shown) ?? shown;
        return bare != typeof(string) && IsPlain(bare);
    }

    private static IEnumerable<XElement> BindingsOf(XElement view) =>
        view.Descendants().Where(e => e.Name.LocalName is "PropertyName" or "ScriptBlock");

    /// <summary>Of a collection's item, not of one of its properties.</summary>
    private static bool IsOfTheItem(XElement binding) => binding.Value.EndsWith("($_)", StringComparison.Ordinal);

    private static bool IsPlain(Type type) =>
        type == typeof(string) || type == typeof(bool) || type == typeof(int) || type == typeof(long) || type == typeof(TimeSpan)
            || type == typeof(DateTimeOffset);

    /// <summary>In prose, an item's own properties.</summary>
    private static bool IsOfAnotherType(XElement view, XElement binding) =>
        view.Element("CustomControl") is not null && binding.Ancestors("Frame").Any()
            && typeof(ClusterCheck).GetProperty(PropertyOf(binding)) is not null;

    private static IEnumerable<string> ViewsOf(Type type) =>
        Views.Descendants("View").Where(v => TypeOf(v) == type).Select(v => v.Elements().Last().Name.LocalName);

    private static IEnumerable<XElement> ItemsOf(Type type) =>
        Views.Descendants("View").Where(v => TypeOf(v) == type).Descendants("ListItem");

    private static Type TypeOf(XElement view) =>
        typeof(SnapSet).Assembly.GetType(view.Descendants("TypeName").Single().Value) ?? throw new InvalidOperationException($"{view}");

    private static string PropertyOf(XElement binding)
    {
        XElement bound = binding.DescendantsAndSelf().First(e => e.Name.LocalName is "PropertyName" or "ScriptBlock");
        return bound.Name == "PropertyName" ? bound.Value
            : new[] { State(), Joined(), Written() }.Select(script => script.Match(bound.Value)).First(m => m.Success).Groups["name"].Value;
    }

    private static string[] ColouredWordsOf(Type type, string property) =>
    [
        .. Display.Colours[KindOf(type, property)].Keys.Order(StringComparer.Ordinal),
    ];

    private static string KindOf(Type type, string property) => Views.Descendants("View").Where(v => TypeOf(v) == type)
        .Descendants("ScriptBlock").Select(s => State().Match(s.Value)).First(m => m.Groups["name"].Value == property).Groups["kind"].Value;

    private static IEnumerable<string> WordsOf(Type words) =>
        words.GetFields().Where(f => f.IsLiteral).Select(f => f.Name).Order(StringComparer.Ordinal);

    [GeneratedRegex("""^\[Hotstack\.Hosting\.Display\]::State\(\$_\.(?<name>\w+), '(?<kind>\w+)'\)$""", RegexOptions.ExplicitCapture)]
    private static partial Regex State();

    [GeneratedRegex("""^\[Hotstack\.Hosting\.Display\]::Joined\(\$_\.(?<name>\w+), ("`n"|'[,;] ')\)$""", RegexOptions.ExplicitCapture)]
    private static partial Regex Joined();

    [GeneratedRegex("""^\[Hotstack\.Hosting\.Display\]::(Text|Prose)\(\$_(\.(?<name>\w+))?\)$""", RegexOptions.ExplicitCapture)]
    private static partial Regex Written();
}
