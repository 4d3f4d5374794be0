using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Compute;

/// <summary>The body of createImage, checked as Nova's schema does.</summary>
internal sealed record CreateImageRequest(string Name, IReadOnlyDictionary<string, string> Metadata)
{
    private const int MostLength = 255;

    public static CreateImageRequest Read(JsonNode? node)
    {
        if (node is not JsonObject body)
        {
            throw MetadataInput.Invalid("createImage", node, "is not of type 'object'");
        }

        var strange = body.Select(p => p.Key).FirstOrDefault(k => k is not ("name" or "metadata"));
        if (strange is not null)
        {
            throw new ApiException(400,
                $"Invalid input for field/attribute createImage. Value: {body.ToJsonString()}. Additional properties are not allowed ('{strange}' was unexpected)");
        }

        if (!body.TryGetPropertyValue("name", out var given))
        {
            throw new ApiException(400,
                $"Invalid input for field/attribute createImage. Value: {body.ToJsonString()}. 'name' is a required property");
        }

        return new CreateImageRequest(ReadName(given), ReadMetadata(body));
    }

    private static string ReadName(JsonNode? given)
    {
        var name = MetadataInput.Text("name", given);
        if (name.Length == 0)
        {
            throw new ApiException(400, "Invalid input for field/attribute name. Value: . '' is too short");
        }

        if (name.Length > MostLength)
        {
            throw new ApiException(400, $"Invalid input for field/attribute name. Value: {name}. '{name}' is too long");
        }

        return name.Trim() == name && !name.Any(char.IsControl)
            ? name
            : throw new ApiException(400,
                "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.");
    }

    private static Dictionary<string, string> ReadMetadata(JsonObject body)
    {
        if (!body.TryGetPropertyValue("metadata", out var node))
        {
            return [];
        }

        var metadata = MetadataInput.Read(node);

        // Nova lays the metadata over the image it sends to Glance, where tags are not a text.
        return metadata.ContainsKey("tags")
            ? throw new ApiException(500,
                "Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ and attach the Nova API log if possible.\n<class 'TypeError'>")
            : metadata;
    }
}
