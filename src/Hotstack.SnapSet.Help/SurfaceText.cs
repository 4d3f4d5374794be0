using System.Management.Automation;
using System.Reflection;
using System.Text;
using static Hotstack.Help.AttributeData;

namespace Hotstack.Help;

/// <summary>Writes the whole surface of the cmdlets as text. Users' scripts depend on it.</summary>
internal static class SurfaceText
{
    /// <summary>The agreed surface, in the source tree.</summary>
    public const string GoldenFile = "tests/Hotstack.SnapSet.Tests/Surface/surface.txt";

    public static string Of(IEnumerable<Type> cmdlets)
    {
        var text = new StringBuilder();
        foreach (Type cmdlet in cmdlets)
        {
            text.Append(Header(cmdlet)).Append('\n');
            foreach (PropertyInfo parameter in cmdlet.GetProperties().Where(IsParameter).OrderBy(p => p.Name, StringComparer.Ordinal))
            {
                text.Append("  ").Append(Parameter(parameter)).Append('\n');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static bool IsParameter(PropertyInfo property) => Attributes<ParameterAttribute>(property).Any();

    private static string Header(Type type)
    {
        CustomAttributeData cmdlet = Attributes<CmdletAttribute>(type).Single();
        IEnumerable<string> outputs = Attributes<OutputTypeAttribute>(type)
            .SelectMany(a => Items(a.ConstructorArguments[0])).Select(t => ((Type)t).Name);
        bool asks = Named(cmdlet, nameof(CmdletAttribute.SupportsShouldProcess)) is true;
        object impact = (ConfirmImpact)((int?)Named(cmdlet, nameof(CmdletAttribute.ConfirmImpact)) ?? (int)ConfirmImpact.Medium);
        object? set = Named(cmdlet, nameof(CmdletAttribute.DefaultParameterSetName));
        IEnumerable<object> aliases = Attributes<AliasAttribute>(type).SelectMany(a => Items(a.ConstructorArguments[0]));
        object[] names = [NameOf(type), .. aliases];
        return $"{string.Join(", ", names)}: {string.Join(", ", outputs)}"
            + (set is null ? "" : $"; by default {set}") + (asks ? $"; impact {impact}" : "");
    }

    private static string Parameter(PropertyInfo parameter)
    {
        IEnumerable<string> sets = Attributes<ParameterAttribute>(parameter).Select(In).Order(StringComparer.Ordinal);
        IEnumerable<string> notes = parameter.CustomAttributes
            .Select(a => a.AttributeType.Name.Replace("Attribute", "", StringComparison.Ordinal))
            .Where(n => n is not "Parameter" && !n.StartsWith("Nullable", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        return $"-{parameter.Name} <{TypeName(parameter.PropertyType)}> {string.Join("; ", sets)}"
            + (notes.Any() ? $" [{string.Join(", ", notes)}]" : "");
    }

    private static string In(CustomAttributeData parameter)
    {
        string[] facts =
        [
            .. Named(parameter, nameof(ParameterAttribute.Mandatory)) is true ? ["mandatory"] : Array.Empty<string>(),
            .. Named(parameter, nameof(ParameterAttribute.Position)) is { } position ? [$"position {position}"] : Array.Empty<string>(),
            .. Named(parameter, nameof(ParameterAttribute.ValueFromPipeline)) is true ? ["pipeline"] : Array.Empty<string>(),
            .. Named(parameter, nameof(ParameterAttribute.ValueFromPipelineByPropertyName)) is true ? ["property"] : Array.Empty<string>(),
        ];
        object set = Named(parameter, nameof(ParameterAttribute.ParameterSetName)) ?? "any";
        return facts.Length > 0 ? $"{set}({string.Join(", ", facts)})" : $"{set}";
    }

    private static string TypeName(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? inner.Name + "?" : type.Name;
}
