using System.Reflection;
using Hotstack.Commands;

namespace Hotstack.Completion;

/// <summary>Finds the parameters of the cmdlets of this module.</summary>
internal static class CmdletParameters
{
    /// <param name="command">The cmdlet's name.</param>
    /// <param name="parameter">The parameter's whole name.</param>
    /// <returns>Null if there is no such parameter.</returns>
    public static PropertyInfo? Find(string command, string parameter) =>
        typeof(HotstackCmdlet).Assembly.GetType(ClassOf(command), throwOnError: false, ignoreCase: true)
            ?.GetProperty(parameter, BindingFlags.IgnoreCase | BindingFlags.Instance | BindingFlags.Public);

    /// <summary>The value that a parameter has if it is not given; null for none.</summary>
    public static object? DefaultOf(PropertyInfo parameter)
    {
        using var cmdlet = Activator.CreateInstance(parameter.ReflectedType!) as IDisposable;
        return parameter.GetValue(cmdlet);
    }

    private static string ClassOf(string command) =>
        $"{typeof(HotstackCmdlet).Namespace}.{command.Replace("-", "", StringComparison.Ordinal)}";
}
