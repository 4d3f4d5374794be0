using System.Collections;

namespace Hotstack.Completion;

/// <summary>What <c>$PSDefaultParameterValues</c> says of a parameter that is not on the command line.</summary>
internal static class DefaultParameters
{
    private const string Disabled = "Disabled";

    /// <returns>The value; null for none, or for a script block, which is not run for a completion.</returns>
    public static object? Find(IDictionary? defaults, string command, string parameter)
    {
        if (defaults is null || defaults[Disabled] is true)
        {
            return null;
        }

        object? found = null;
        foreach (DictionaryEntry entry in defaults)
        {
            if (entry.Key is string key && key.Split(':') is [var commands, var name]
                && name.Trim().Equals(parameter, StringComparison.OrdinalIgnoreCase) && Wildcard.Matches(command, commands.Trim().Trim('\'', '"')))
            {
                found = entry.Value;
            }
        }

        return found is System.Management.Automation.ScriptBlock ? null : found;
    }
}
