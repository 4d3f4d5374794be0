using System.Management.Automation;
using System.Reflection;
using Hotstack.Commands;
using Hotstack.Completion;
using Hotstack.Input;
using Xunit;
using static Hotstack.Surface.CmdletTypes;

namespace Hotstack.Surface;

public sealed class CmdletTests
{
    private static readonly string[] Changing = ["New", "Remove", "Restore", "Suspend", "Resume", "Set", "Invoke", "Export", "Import", "Update", "Wait"];

    /// <summary>A suspended cluster is revived, so suspending it is not among these; what it may risk, it asks about as such.</summary>
    private static readonly string[] OfHighImpact = ["Remove", "Suspend"];

    /// <summary>One set or several; one path or several.</summary>
    private static readonly string[] OfSeveralTypes = ["Id", "Path", "InputObject", "StackName"];

    public static TheoryData<string> Names => [.. Cmdlets.Select(NameOf)];

    [Fact]
    public void There_are_cmdlets() => Assert.NotEmpty(Cmdlets);

    [Theory, MemberData(nameof(Names))]
    public void It_has_an_approved_verb_and_our_noun(string name)
    {
        string[] verbs = [.. typeof(VerbsCommon).Assembly.ExportedTypes
            .Where(t => t.Name.StartsWith("Verbs", StringComparison.Ordinal))
            .SelectMany(t => t.GetFields(BindingFlags.Public | BindingFlags.Static)).Select(f => (string)f.GetValue(null)!)];
        Assert.Contains(VerbOf(name), verbs);
        Assert.Matches("^Hotstack[A-Z][A-Za-z]*[^s]$", name[(name.IndexOf('-', StringComparison.Ordinal) + 1)..]);
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_class_is_sealed_named_after_it_and_a_cmdlet_of_ours(string name)
    {
        Type type = Type(name);
        Assert.True(type.IsSealed);
        Assert.Equal(name.Replace("-", "", StringComparison.Ordinal), type.Name);
        Assert.True(type.IsSubclassOf(typeof(HotstackCmdlet)));
    }

    [Theory, MemberData(nameof(Names))]
    public void It_asks_before_it_changes_anything_and_only_then(string name)
    {
        CustomAttributeData cmdlet = Cmdlet(Type(name))!;
        bool asks = Named(cmdlet, nameof(CmdletAttribute.SupportsShouldProcess)) is true;
        Assert.Equal(Changing.Contains(VerbOf(name)), asks);
        var impact = (ConfirmImpact?)(int?)Named(cmdlet, nameof(CmdletAttribute.ConfirmImpact));
        Assert.Equal(OfHighImpact.Contains(VerbOf(name)) ? ConfirmImpact.High : null, impact);
        string source = File.ReadAllText(Directory.EnumerateFiles(
            Path.Combine(Repository.Root, "src", "Hotstack.SnapSet", "Commands"), Type(name).Name + ".cs", SearchOption.AllDirectories).Single());
        Assert.Equal(asks, source.Contains("run.ConfirmAsync", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Names))]
    public void It_declares_its_output(string name) => Assert.NotEmpty(AttributesOf<OutputTypeAttribute>(Type(name)));

    [Theory, MemberData(nameof(Names))]
    public void It_takes_a_cloud_and_a_region_also_from_objects(string name) =>
        Assert.All(["Cloud", "Region"], parameter =>
        {
            CustomAttributeData attribute = AttributesOf<ParameterAttribute>(Type(name).GetProperty(parameter)!).Single();
            Assert.True(Named(attribute, nameof(ParameterAttribute.ValueFromPipelineByPropertyName)) is true);
            Assert.Null(Named(attribute, nameof(ParameterAttribute.Position)));
        });

    [Theory, MemberData(nameof(Names))]
    public void Its_parameter_sets_fit_together(string name)
    {
        string[] sets = [.. ParameterSetsOf(Type(name))];
        var byDefault = (string?)Named(Cmdlet(Type(name))!, nameof(CmdletAttribute.DefaultParameterSetName));
        Assert.Equal(sets.Length > 0, byDefault is not null);
        Assert.True(byDefault is null || sets.Contains(byDefault), $"{byDefault} is not among {string.Join(", ", sets)}");
        Assert.All(sets, set => Assert.InRange(
            ParametersOf(Type(name)).Count(p => AttributesOf<ParameterAttribute>(p).Any(a =>
                Named(a, nameof(ParameterAttribute.ValueFromPipeline)) is true
                && (string?)Named(a, nameof(ParameterAttribute.ParameterSetName)) == set)), 0, 1));
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_parameters_are_well_named_and_checked(string name) =>
        Assert.All(ParametersOf(Type(name)), parameter =>
        {
            Assert.Matches("^[A-Z][A-Za-z]*$", parameter.Name);
            Assert.True(Attribute.GetCustomAttributes(parameter).Length > 0);
            bool isCommon = parameter.DeclaringType == typeof(HotstackCmdlet);
            bool isText = parameter.PropertyType == typeof(string) || parameter.PropertyType == typeof(string[]);
            bool isChecked = AttributesOf<ValidateNotNullOrEmptyAttribute>(parameter).Any() || AttributesOf<FixedValuesAttribute>(parameter)
                .Any() || AttributesOf<AllowEmptyStringAttribute>(parameter).Any();
            Assert.Equal(isText && !isCommon, isText && isChecked);
            bool isDuration = parameter.PropertyType == typeof(TimeSpan[])
                || (Nullable.GetUnderlyingType(parameter.PropertyType) ?? parameter.PropertyType) == typeof(TimeSpan);
            Assert.Equal(isDuration, AttributesOf<DurationAttribute>(parameter).Any());
            Assert.Equal(isDuration, IsCompletedBy<DurationCompleter>(parameter));
            Assert.Equal(AttributesOf<FixedValuesAttribute>(parameter).Any(), IsCompletedBy<FixedValueCompleter>(parameter));
            Assert.Empty(AttributesOf<ValidateSetAttribute>(parameter));
        });

    /// <summary>Who knows a parameter of one cmdlet expects the same of the others.</summary>
    [Fact]
    public void A_parameter_has_the_same_type_in_every_cmdlet() => Assert.Empty(
        Cmdlets.SelectMany(ParametersOf).GroupBy(p => p.Name)
            .Select(same => (same.Key, Types: same.Select(p => (Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType).Name).Distinct().ToArray()))
            .Where(same => same.Types.Length > 1 && !OfSeveralTypes.Contains(same.Key))
            .Select(same => $"{same.Key}: {string.Join(", ", same.Types)}"));

    private static bool IsCompletedBy<T>(PropertyInfo parameter) => AttributesOf<ArgumentCompleterAttribute>(parameter)
        .Any(a => a.ConstructorArguments[0].Value is Type type && type == typeof(T));

    private static Type Type(string name) => Cmdlets.Single(t => NameOf(t) == name);

    private static string VerbOf(string name) => name[..name.IndexOf('-', StringComparison.Ordinal)];
}
