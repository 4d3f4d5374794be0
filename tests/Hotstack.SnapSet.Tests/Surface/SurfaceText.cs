using System.Management.Automation;
using System.Reflection;
using System.Text;
using static Hotstack.Surface.CmdletTypes;

namespace Hotstack.Surface;

/// <summary>The cmdlets' whole surface as text.</summary>
internal static class SurfaceText
{
    public static string Render()
    {
        var text = new StringBuilder();
        foreach (Type cmdlet in Cmdlets)
        {
            text.Append(Header(cmdlet)).Append('\n');
            foreach (PropertyInfo parameter in ParametersOf(cmdlet))
            {
                text.Append("  ").Append(Parameter(parameter)).Append('\n');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Header(Type type)
    {
        CustomAttributeData cmdlet = Cmdlet(type)!;
        IEnumerable<string> outputs = AttributesOf<OutputTypeAttribute>(type)
            .SelectMany(a => (IEnumerable<CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!)
            .Select(t => ((Type)t.Value!).Name);
        bool asks = Named(cmdlet, nameof(CmdletAttribute.SupportsShouldProcess)) is true;
        object impact = (ConfirmImpact)((int?)Named(cmdlet, nameof(CmdletAttribute.ConfirmImpact)) ?? (int)ConfirmImpact.Medium);
        object? set = Named(cmdlet, nameof(CmdletAttribute.DefaultParameterSetName));
        string[] names = [NameOf(type), .. AliasesOf(type)];
        return $"{string.Join(", ", names)}: {string.Join(", ", outputs)}"
            + (set is null ? "" : $"; by default {set}") + (asks ? $"; impact {impact}" : "");
    }

    private static string Parameter(PropertyInfo parameter)
    {
        IEnumerable<string> sets = AttributesOf<ParameterAttribute>(parameter).Select(In).Order(StringComparer.Ordinal);
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
