using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;
using static Hotstack.Help.AttributeData;

namespace Hotstack.Help;

/// <summary>A cmdlet as its class describes it.</summary>
internal sealed record CmdletSurface
{
    public required string Name { get; init; }

    /// <summary>Null if there is only one parameter set.</summary>
    public required string? DefaultSet { get; init; }

    /// <summary>In the order of the pages: by name, those of ShouldProcess last. Without text.</summary>
    public required IReadOnlyList<ParameterHelp> Parameters { get; init; }

    /// <summary>The types of its output.</summary>
    public required IReadOnlyList<Type> Outputs { get; init; }

    /// <summary>The classes of the cmdlets of a module, built or published.</summary>
    public static IReadOnlyList<Type> TypesOf(string assembly)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(assembly))!;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
        {
            string[] places = [Path.Combine(folder, "dependencies", name.Name + ".dll"), Path.Combine(folder, name.Name + ".dll")];
            return places.FirstOrDefault(File.Exists) is { } file ? context.LoadFromAssemblyPath(file) : null;
        };
        return
        [
            .. AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(assembly)).ExportedTypes
                .Where(t => Attributes<CmdletAttribute>(t).Any()).OrderBy(NameOf, StringComparer.Ordinal),
        ];
    }

    public static CmdletSurface Of(Type cmdlet)
    {
        CustomAttributeData attribute = Attributes<CmdletAttribute>(cmdlet).Single();
        object? instance = Activator.CreateInstance(cmdlet);
        using (instance as IDisposable)
        {
            IEnumerable<ParameterHelp> parameters = cmdlet.GetProperties()
                .Where(p => Attributes<ParameterAttribute>(p).Any())
                .Select(p => new ParameterHelp(p.Name, [], Facts(p, p.GetValue(instance))) { Values = [.. ValuesOf(p)] });
            if (Named(attribute, nameof(CmdletAttribute.SupportsShouldProcess)) is true)
            {
                parameters = [.. parameters, Switch("Confirm", "cf"), Switch("WhatIf", "wi")];
            }

            return new CmdletSurface
            {
                Name = NameOf(cmdlet),
                DefaultSet = (string?)Named(attribute, nameof(CmdletAttribute.DefaultParameterSetName)),
                Parameters = [.. parameters.OrderBy(p => SyntaxText.IsLast(p.Name)).ThenBy(p => p.Name, StringComparer.Ordinal)],
                Outputs = [.. Attributes<OutputTypeAttribute>(cmdlet).SelectMany(a => Items(a.ConstructorArguments[0])).Cast<Type>()],
            };
        }
    }

    private static ParameterHelp Switch(string name, string alias) =>
        new(name, [], [new ParameterFacts { Type = nameof(SwitchParameter), Aliases = [alias], Default = "False" }]);

    /// <summary>The only values, each with what it does.</summary>
    private static IEnumerable<(string Value, string Meaning)> ValuesOf(PropertyInfo property) =>
        Attributes(property, "Hotstack.Input.FixedValuesAttribute").SelectMany(a => Items(a.ConstructorArguments[0])).Cast<string>()
            .Select(text => text.Split(": ", 2)).Select(parts => (parts[0], parts[1]));

    /// <summary>One for all parameter sets in which the parameter is the same.</summary>
    private static ParameterFacts[] Facts(PropertyInfo property, object? value)
    {
        var common = new ParameterFacts
        {
            Type = (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType).Name,
            Aliases = [.. Attributes<AliasAttribute>(property).SelectMany(a => Items(a.ConstructorArguments[0])).Cast<string>()],
            AcceptedValues = [.. ValuesOf(property).Select(one => one.Value)],
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
        (double Number, string Unit)[] parts = [(duration.Days, "d"), (duration.Hours, "h"), (duration.Minutes, "m"),
            (duration.TotalSeconds % 60, "s")];
        string text = string.Concat(parts.Where(p => p.Number > 0).Select(p => p.Number.ToString(CultureInfo.InvariantCulture) + p.Unit));
        return text.Length > 0 ? text : "0s";
    }
}
