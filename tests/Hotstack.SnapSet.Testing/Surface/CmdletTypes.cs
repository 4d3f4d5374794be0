using System.Management.Automation;
using System.Reflection;
using Hotstack.Commands;

namespace Hotstack.Surface;

/// <summary>The cmdlets as their types describe them.</summary>
internal static class CmdletTypes
{
    public static IReadOnlyList<Type> Cmdlets { get; } =
        [.. typeof(GetHotstackSnapSet).Assembly.ExportedTypes.Where(t => Cmdlet(t) is not null).OrderBy(NameOf, StringComparer.Ordinal)];

    /// <summary>As data: PowerShell's own attribute classes are hollow in the reference assembly.</summary>
    public static CustomAttributeData? Cmdlet(MemberInfo type) => AttributesOf<CmdletAttribute>(type).SingleOrDefault();

    public static string NameOf(Type cmdlet) =>
        $"{Cmdlet(cmdlet)!.ConstructorArguments[0].Value}-{Cmdlet(cmdlet)!.ConstructorArguments[1].Value}";

    public static IEnumerable<string> AliasesOf(Type cmdlet) => AttributesOf<AliasAttribute>(cmdlet)
        .SelectMany(a => (IEnumerable<CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!).Select(alias => (string)alias.Value!);

    public static IEnumerable<CustomAttributeData> AttributesOf<T>(MemberInfo member) =>
        member.CustomAttributes.Where(a => a.AttributeType.FullName == typeof(T).FullName);

    public static object? Named(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(a => a.MemberName == name).TypedValue.Value;

    public static IReadOnlyList<PropertyInfo> ParametersOf(Type cmdlet) =>
        [.. cmdlet.GetProperties().Where(p => AttributesOf<ParameterAttribute>(p).Any()).OrderBy(p => p.Name, StringComparer.Ordinal)];

    public static IEnumerable<string> ParameterSetsOf(Type cmdlet) =>
        ParametersOf(cmdlet).SelectMany(AttributesOf<ParameterAttribute>)
            .Select(a => (string?)Named(a, nameof(ParameterAttribute.ParameterSetName))).OfType<string>().Distinct();
}
