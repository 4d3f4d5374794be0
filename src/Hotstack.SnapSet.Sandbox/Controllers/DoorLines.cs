using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Controllers;

/// <summary>What the sandbox and its <c>ssh</c> say to each other: JSON objects, each in a line, before anything else.</summary>
internal static class DoorLines
{
    private const int Longest = 1 << 20;

    /// <summary>Reads no byte beyond the line.</summary>
    /// <returns>Null if the other has gone.</returns>
    public static async Task<JsonObject?> ReadAsync(Stream from, CancellationToken stop)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (line.Count < Longest && await from.ReadAsync(one, stop) > 0)
        {
            if (one[0] == (byte)'\n')
            {
                try
                {
                    return JsonNode.Parse(line.ToArray()) as JsonObject;
                }
                catch (JsonException)
                {
                    return null;
                }
            }

            line.Add(one[0]);
        }

        return null;
    }

    public static async Task WriteAsync(Stream to, JsonObject message, CancellationToken stop) =>
        await to.WriteAsync(Encoding.UTF8.GetBytes(message.ToJsonString() + "\n"), stop);
}
