using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Sandbox.Orchestration.Hot;

namespace Hotstack.Sandbox.Http;

/// <summary>Keeps what is secret in a stack out of the call log: parameters that the template hides, or whose names say it, and user data.</summary>
internal static partial class StackSecrets
{
    private const string Masked = "***";

    public static void Mask(JsonNode body)
    {
        if (body is not JsonObject stack || stack["template"] is not JsonValue template
            || template.GetValueKind() != System.Text.Json.JsonValueKind.String)
        {
            return;
        }

        string text = template.GetValue<string>();
        MaskParameters(stack["parameters"] as JsonObject, HiddenIn(text));
        if (text.Contains("user_data:", StringComparison.Ordinal))
        {
            // Both hold it, each a part.
            stack["template"] = Masked;
            foreach (var file in (stack["files"] as JsonObject ?? []).Select(f => f.Key).ToArray())
            {
                stack["files"]![file] = Masked;
            }
        }
    }

    private static void MaskParameters(JsonObject? parameters, Func<string, bool> isHidden)
    {
        foreach (var name in (parameters ?? []).Select(p => p.Key).Where(name => isHidden(name) || SecretName().IsMatch(name)).ToArray())
        {
            parameters![name] = Masked;
        }
    }

    /// <summary>Of a template that cannot be read every parameter may be.</summary>
    private static Func<string, bool> HiddenIn(string template)
    {
        try
        {
            var declared = HotYaml.Parse(template)?["parameters"] as JsonObject;
            return name => declared?[name]?["hidden"]?.ToString() is "true" or "True";
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            return _ => true;
        }
    }

    [GeneratedRegex("password|passwd|secret|token|private_?key", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
