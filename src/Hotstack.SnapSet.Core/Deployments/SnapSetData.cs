using Hotstack.Configuration;
using Hotstack.OpenStack;

namespace Hotstack.Deployments;

/// <summary>
/// Reads upstream's <c>snapset_data</c>: <c>{instances: {&lt;name&gt;: {uuid, role, mac_address}}}</c>, with exactly
/// these keys (hotstack: roles/hot_snapset/library/hotstack_snapset.py).
/// </summary>
internal static class SnapSetData
{
    /// <summary>The output of a stack, and the key of the outputs' file, that holds it.</summary>
    public const string Key = "snapset_data";

    private const string InstancesKey = "instances";
    private static readonly string[] InstanceKeys = ["uuid", "role", "mac_address"];

    /// <summary>The instances that can be read, and the violations of the rest.</summary>
    /// <param name="document">The data alone, or a mapping that holds it as <c>snapset_data</c>.</param>
    public static (IReadOnlyList<Instance> Instances, IReadOnlyList<string> Violations) Read(DocNode document)
    {
        var violations = new List<string>();
        var instances = new List<Instance>();
        DocNode data = document is DocMap outputs && outputs.Find(Key)?.Usable() is { } inner ? inner : document;
        if (data is not DocMap map)
        {
            violations.Add($"{Key} must be a mapping, but is {data.Kind}");
        }
        else if (map.Find(InstancesKey)?.Usable() is not { } list)
        {
            violations.Add($"it has neither '{Key}' nor '{InstancesKey}', but {Names(map.Keys)}");
        }
        else if (list is not DocMap named)
        {
            violations.Add($"'{InstancesKey}' must be a mapping of names to instances, but is {list.Kind}");
        }
        else
        {
            foreach ((DocScalar name, DocNode node) in named.Entries)
            {
                if (ReadInstance(name.Value, node, violations) is { } instance)
                {
                    instances.Add(instance);
                }
            }

            if (named.Count == 0)
            {
                violations.Add($"'{InstancesKey}' is empty");
            }
        }

        return (instances, violations);
    }

    private static Instance? ReadInstance(string name, DocNode node, List<string> violations)
    {
        if (node.Usable() is not DocMap fields)
        {
            violations.Add($"instance {name} must be a mapping, but is {node.Kind}");
            return null;
        }

        int before = violations.Count;
        string[] unknown = [.. fields.Keys.Except(InstanceKeys)];
        if (unknown.Length > 0)
        {
            violations.Add($"instance {name} has unknown keys: {Names(unknown)}; the keys are {Names(InstanceKeys)}");
        }

        string[] missing = [.. InstanceKeys.Except(fields.Keys)];
        if (missing.Length > 0)
        {
            violations.Add($"instance {name} lacks {Names(missing)}");
        }

        foreach (string key in InstanceKeys.Except(missing))
        {
            if (fields.Find(key)!.Usable() is var value and not DocScalar { Text.Length: > 0 })
            {
                violations.Add($"instance {name}: {key} must be a text, but is {value.Kind}");
            }
        }

        return violations.Count > before ? null : new Instance
        {
            Name = name,
            Id = Text("uuid"),
            Role = Text("role"),
            MacAddress = MacAddress.TryParse(Text("mac_address"), out string mac) ? mac : Text("mac_address"),
        };

        string Text(string key) => ((DocScalar)fields[key]!).Text!;
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal)) is { Length: > 0 } text
        ? text
        : "nothing";
}

/// <summary>Reads a file with snapset data, YAML or JSON.</summary>
internal static class SnapSetFile
{
    private const string InvalidId = "SnapSetFileInvalid";

    /// <exception cref="HotstackException">The file cannot be read or parsed (<c>SnapSetFileInvalid</c>, with line).</exception>
    public static DocNode Read(string path, Func<string, Stream>? open = null)
    {
        try
        {
            using Stream file = (open ?? InputFile.Opener(CancellationToken.None))(path);
            return Read(path, file);
        }
        // ArgumentException: the path is empty or holds a NUL character.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Invalid(path, e.Message, e);
        }
    }

    /// <summary>Reads from any source.</summary>
    internal static DocNode Read(string path, Stream file)
    {
        var mark = new SourceMark(PathValue.Shown(path), InvalidId);
        try
        {
            string text = InputFile.ReadText(file, mark);
            return (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? JsonDocReader.Read(mark, text)
                : DocReader.Read(mark, text, DocRules.Ansible))
                ?? throw Invalid(path, "it is empty", null);
        }
        catch (HotstackException e) when (e.Cause == ErrorCause.ConfigurationInvalid)
        {
            throw Invalid(path, e.Message, e, e.Hint);
        }
    }

    /// <summary>Reads a JSON value.</summary>
    /// <param name="origin">What it is, for messages.</param>
    /// <param name="json">The text.</param>
    public static DocNode ReadJson(string origin, string json)
    {
        try
        {
            var mark = new SourceMark(origin, InvalidId);
            return JsonDocReader.Read(mark, json) ?? DocScalar.Plain(mark, "null");
        }
        catch (HotstackException e) when (e.Cause == ErrorCause.ConfigurationInvalid)
        {
            throw Invalid(origin, e.Message, e);
        }
    }

    private static HotstackException Invalid(string path, string reason, Exception? inner, string? hint = null) =>
        new(ErrorCause.InputInvalid, InvalidId, $"{PathValue.Shown(path)} cannot be used: {reason}", inner)
        {
            Target = PathValue.Shown(path),
            Hint = hint ?? "Give a YAML or JSON file with 'snapset_data', such as upstream's <stack>-outputs.yaml.",
        };
}
