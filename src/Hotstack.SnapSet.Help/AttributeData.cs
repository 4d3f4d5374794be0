using System.Management.Automation;
using System.Reflection;

namespace Hotstack.Help;

/// <summary>Reads attributes as data: PowerShell's own classes are hollow in the reference assembly.</summary>
internal static class AttributeData
{
    public static IEnumerable<CustomAttributeData> Attributes<T>(MemberInfo member) =>
        member.CustomAttributes.Where(a => a.AttributeType.FullName == typeof(T).FullName);

    /// <summary>The module's own attributes, by their names: this program is built before it.</summary>
    public static IEnumerable<CustomAttributeData> Attributes(MemberInfo member, string name) =>
        member.CustomAttributes.Where(a => a.AttributeType.FullName == name);

    public static IEnumerable<object> Items(CustomAttributeTypedArgument array) =>
        ((IEnumerable<CustomAttributeTypedArgument>)array.Value!).Select(item => item.Value!);

    public static object? Named(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(a => a.MemberName == name).TypedValue.Value;

    /// <summary>The name of a cmdlet.</summary>
    public static string NameOf(Type cmdlet)
    {
        IList<CustomAttributeTypedArgument> arguments = Attributes<CmdletAttribute>(cmdlet).Single().ConstructorArguments;
        return $"{arguments[0].Value}-{arguments[1].Value}";
    }
}
