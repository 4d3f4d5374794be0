using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;

namespace Hotstack.Help;

/// <summary>A cmdlet as its class describes it.</summary>
internal sealed record CmdletSurface
{
    public required string Name { get; init; }

    /// <summary>Null where there is but one parameter set.</summary>
    public required string? DefaultSet { get; init; }

    /// <summary>In the order of pages: by name, those of ShouldProcess last. Without text.</summary>
    public required IReadOnlyList<ParameterHelp> Parameters { get; init; }

    /// <summary>The types of what it gives.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>The assembly's cmdlets.</summary>
    public static IReadOnlyList<CmdletSurface> AllOf(Assembly assembly) =>
        [.. assembly.ExportedTypes.Where(t => Attributes<CmdletAttribute>(t).Any()).Select(Of).OrderBy(s => s.Name, StringComparer.Ordinal)];

    /// <remarks>Attributes are read as data: PowerShell's own classes are hollow in the reference assembly.</remarks>
    public static CmdletSurface Of(Type cmdlet)
    {
        CustomAttributeData attribute = Attributes<CmdletAttribute>(cmdlet).Single();
        object? instance = Activator.CreateInstance(cmdlet);
        using (instance as IDisposable)
        {
            IEnumerable<ParameterHelp> parameters = cmdlet.GetProperties()
                .Where(p => Attributes<ParameterAttribute>(p).Any())
                .Select(p => new ParameterHelp(p.Name, [], Facts(p, p.GetValue(instance))));
            if (Named(attribute, nameof(CmdletAttribute.SupportsShouldProcess)) is true)
            {
                parameters = [.. parameters, Switch("Confirm", "cf"), Switch("WhatIf", "wi")];
            }

            return new CmdletSurface
            {
                Name = $"{attribute.ConstructorArguments[0].Value}-{attribute.ConstructorArguments[1].Value}",
                DefaultSet = (string?)Named(attribute, nameof(CmdletAttribute.DefaultParameterSetName)),
                Parameters = [.. parameters.OrderBy(p => SyntaxText.IsLast(p.Name)).ThenBy(p => p.Name, StringComparer.Ordinal)],
                Outputs = [.. Attributes<OutputTypeAttribute>(cmdlet).SelectMany(a => Items(a.ConstructorArguments[0])).Select(t => ((Type)t).FullName!)],
            };
        }
    }

    private static ParameterHelp Switch(string name, string alias) =>
        new(name, [], [new ParameterFacts { Type = nameof(SwitchParameter), Aliases = [alias], Default = "False" }]);

    /// <summary>One for all parameter sets in which the parameter is the same.</summary>
    private static ParameterFacts[] Facts(PropertyInfo property, object? value)
    {
        var common = new ParameterFacts
        {
            Type = (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType).Name,
            Aliases = [.. Attributes<AliasAttribute>(property).SelectMany(a => Items(a.ConstructorArguments[0])).Cast<string>()],
            AcceptedValues = [.. Attributes<ValidateSetAttribute>(property).SelectMany(a => Items(a.ConstructorArguments[0])).Cast<string>()],
            Default = DefaultText(value),
            TakesWildcards = Attributes<SupportsWildcardsAttribute>(property).Any(),
        };
        return
        [
            .. Attributes<ParameterAttribute>(property)
                .Select(a => (Set: (string?)Named(a, nameof(ParameterAttribute.ParameterSetName)), Facts: common with
                {
                    IsRequired = Named(a, nameof(ParameterAttribute.Mandatory)) is true,
                    Position = (int?)Named(a, nameof(ParameterAttribute.Position)),
                    FromPipeline = Named(a, nameof(ParameterAttribute.ValueFromPipeline)) is true,
                    FromProperty = Named(a, nameof(ParameterAttribute.ValueFromPipelineByPropertyName)) is true,
                }))
                .GroupBy(p => p.Facts, p => p.Set)
                .Select(group => group.Key with { Sets = [.. group.OfType<string>().Order(StringComparer.Ordinal)] }),
        ];
    }

    private static string DefaultText(object? value) => value switch
    {
        SwitchParameter => "False",
        string { Length: > 0 } text => text,
        TimeSpan duration => DurationText(duration),
        IEnumerable list and not string when list.Cast<object>().Any() => string.Join(", ", list.Cast<object>().Select(DefaultText)),
        int or long or double or bool => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        _ => "None",
    };

    /// <summary>As it may be typed.</summary>
    private static string DurationText(TimeSpan duration)
    {
        (double Number, string Unit)[] parts = [(duration.Days, "d"), (duration.Hours, "h"), (duration.Minutes, "m"), (duration.TotalSeconds % 60, "s")];
        string text = string.Concat(parts.Where(p => p.Number > 0).Select(p => p.Number.ToString(CultureInfo.InvariantCulture) + p.Unit));
        return text.Length > 0 ? text : "0s";
    }

    private static IEnumerable<CustomAttributeData> Attributes<T>(MemberInfo member) =>
        member.CustomAttributes.Where(a => a.AttributeType.FullName == typeof(T).FullName);

    private static IEnumerable<object> Items(CustomAttributeTypedArgument array) =>
        ((IEnumerable<CustomAttributeTypedArgument>)array.Value!).Select(item => item.Value!);

    private static object? Named(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(a => a.MemberName == name).TypedValue.Value;
}
