using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Compute;

/// <summary>The action <c>os-getConsoleOutput</c>, with the checks and oddities of Nova's (api/openstack/compute/console_output.py,
/// compute/manager.py).</summary>
internal static partial class ConsoleOutput
{
    public static Reply Of(Server server, JsonNode? argument, string log)
    {
        var length = Length(argument);

        // Nothing is defined on the host before the guest is made, and a server that no host took has none.
        if (server.VmState == "building")
        {
            throw new ApiException(404, $"Instance {server.Id} could not be found.");
        }

        if (server.VmState == "error" && server.Fault is not null)
        {
            throw new ApiException(409, $"Instance {server.Id} is not ready");
        }

        var ascii = string.Concat(Tail(log, length).Select(c => c < 0x80 ? c : '\ufffd'));
        return Reply.Ok(new JsonObject { ["output"] = Unprintable().Replace(ascii, "") });
    }

    /// <summary>The last lines; a line break at the end begins one more. -1, which should mean all, takes the first away.</summary>
    private static string Tail(string log, BigInteger? length)
    {
        if (length is not { } lines)
        {
            return log;
        }

        var all = log.Split('\n');
        var skip = lines > all.Length ? 0 : lines < 0 ? (int)BigInteger.Min(-lines, all.Length) : all.Length - (int)lines;
        return lines.IsZero ? "" : string.Join('\n', all[skip..]);
    }

    private static BigInteger? Length(JsonNode? argument)
    {
        if (argument is not JsonObject body)
        {
            throw MetadataInput.Invalid("os-getConsoleOutput", argument, "is not of type 'object'");
        }

        if (body.FirstOrDefault(p => p.Key != "length").Key is { } other)
        {
            throw new ApiException(400, $"Invalid input for field/attribute os-getConsoleOutput. Value: {body.ToJsonString()}."
                + $" Additional properties are not allowed ('{other}' was unexpected)");
        }

        var node = body["length"];
        if (node is null)
        {
            return null;
        }

        var isText = node is JsonValue value && value.TryGetValue(out string? _);
        var text = isText ? (string)node! : node.ToJsonString();
        if (!Whole().IsMatch(text))
        {
            throw isText
                ? new ApiException(400, $"Invalid input for field/attribute length. Value: {text}. '{text}' does not match '^-?[0-9]+$'")
                : MetadataInput.Invalid("length", node, "is not of type 'integer', 'string', 'null'");
        }

        var number = BigInteger.Parse(text, CultureInfo.InvariantCulture);
        return number >= -1 ? number
            : throw new ApiException(400,
                $"Invalid input for field/attribute length. Value: {text}. {text} is less than the minimum of -1");
    }

    [GeneratedRegex(@"\A-?[0-9]+\n?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();

    /// <summary>The carriage returns too.</summary>
    [GeneratedRegex(@"[\x00-\x08\x0B-\x1F]", RegexOptions.CultureInvariant)]
    private static partial Regex Unprintable();
}
