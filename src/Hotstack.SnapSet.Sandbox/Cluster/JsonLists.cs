using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Cluster;

internal static class JsonLists
{
    public static void RemoveAll(this JsonArray list, Func<JsonNode?, bool> unwanted)
    {
        for (var i = list.Count - 1; i >= 0; i--)
        {
            if (unwanted(list[i]))
            {
                list.RemoveAt(i);
            }
        }
    }
}
