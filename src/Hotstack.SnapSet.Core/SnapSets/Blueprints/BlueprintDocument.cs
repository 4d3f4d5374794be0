using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Blueprints;

/// <summary>Writes and reads blueprints as JSON. What is read is untrusted: an export may come from anywhere.</summary>
internal static class BlueprintDocument
{
    /// <summary>The version written, and the newest readable one.</summary>
    public const int CurrentVersion = 1;

    private const string Format = "hotstack-blueprint";
    private const int LongestName = 255;
    private const int MaxDepth = 200;

    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = MaxDepth };

    /// <summary>The bytes of a blueprint. The same blueprint gives the same bytes.</summary>
    public static byte[] Write(Blueprint blueprint)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { MaxDepth = MaxDepth }))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteNumber("version", CurrentVersion);
            json.WriteString("snapSet", blueprint.SnapSetId);
            json.WriteString("stack", blueprint.StackName);
            json.WriteString("readAt", blueprint.ReadAt.UtcDateTime);
            json.WriteString("module", blueprint.Module);
            json.WritePropertyName("template");
            json.WriteRawValue(blueprint.Template, skipInputValidation: true);
            json.WriteStartObject("files");
            foreach ((string name, string text) in blueprint.Files.OrderBy(file => file.Key, StringComparer.Ordinal))
            {
                json.WriteString(name, text);
            }

            json.WriteEndObject();
            json.WritePropertyName("environment");
            blueprint.Environment.ToJson().WriteTo(json);
            Texts(json, "hidden", blueprint.Hidden);
            json.WritePropertyName("outputs");
            blueprint.Outputs.WriteTo(json);
            Texts(json, "omittedOutputs", blueprint.OmittedOutputs);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>The SHA-256 of a blueprint's bytes, in lower-case hex.</summary>
    public static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Reads a blueprint.</summary>
    /// <param name="snapSetId">The set that it belongs to.</param>
    /// <param name="bytes">The bytes.</param>
    /// <exception cref="HotstackException"><c>BlueprintDamaged</c>, <c>BlueprintVersionUnknown</c>,
    /// <c>BlueprintOfAnotherSet</c>.</exception>
    public static Blueprint Read(string snapSetId, byte[] bytes)
    {
        if (bytes.Length > BlueprintImage.MaxBytes)
        {
            throw BlueprintErrors.Damaged(snapSetId, TooLarge(bytes.Length));
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(JsonText.Readable(bytes), Reading);
            return Read(snapSetId, document.RootElement);
        }
        catch (JsonException e)
        {
            throw BlueprintErrors.Damaged(snapSetId, $"it is not JSON (line {e.LineNumber + 1})", e);
        }
    }

    /// <summary>Why data of that size cannot be a blueprint.</summary>
    public static string TooLarge(long bytes) => $"it has {ByteText.Of(bytes)}, and the limit is {ByteText.Of(BlueprintImage.MaxBytes)}";

    private static Blueprint Read(string snapSetId, JsonElement root)
    {
        if (root.Text("format") != Format || root.Number("version") < 1)
        {
            throw BlueprintErrors.Damaged(snapSetId, $"it does not have the format {Format}");
        }

        if (root.Number("version") is > CurrentVersion and var version)
        {
            throw BlueprintErrors.Newer(snapSetId, version);
        }

        if (root.Text("snapSet") is not { } found || !PlainText.IsPlain(found, LongestName))
        {
            throw BlueprintErrors.Damaged(snapSetId, "it names no SnapSet");
        }

        if (found != snapSetId)
        {
            throw BlueprintErrors.OfAnotherSet(snapSetId, found);
        }

        string[] hidden = [.. root.TextItems("hidden")];
        if (root.Field("template") is not { ValueKind: JsonValueKind.Object } template
            || root.Field("files") is not { ValueKind: JsonValueKind.Object } files
            || files.EnumerateObject().Any(file => file.Value.ValueKind != JsonValueKind.String)
            || root.Field("environment") is not { ValueKind: JsonValueKind.Object } environment
            || hidden.Any(name => !PlainText.IsPlain(name, LongestName)))
        {
            throw BlueprintErrors.Damaged(snapSetId, "its template, files, environment or hidden parameters are missing or invalid");
        }

        return new Blueprint
        {
            SnapSetId = found,
            StackName = root.Text("stack") is { } stack && PlainText.IsPlain(stack, LongestName) ? stack : "",
            ReadAt = root.Time("readAt") ?? DateTimeOffset.UnixEpoch,
            Module = root.Text("module") is { } module && PlainText.IsPlain(module, LongestName) ? module : "",
            Template = template.GetRawText(),
            Files = root.Texts("files"),
            Environment = StackEnvironment.From(environment),
            Hidden = hidden,
            Outputs = Outputs(root),
            OmittedOutputs = [.. root.TextItems("omittedOutputs").Where(name => PlainText.IsPlain(name, LongestName))],
        };
    }

    private static JsonObject Outputs(JsonElement root) =>
        root.Field("outputs") is { ValueKind: JsonValueKind.Object } outputs ? (JsonObject)JsonText.ToNode(outputs)! : [];

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts.Order(StringComparer.Ordinal))
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
