using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.SnapSets.Restore;

/// <summary>The outputs of a stack as upstream's playbooks keep them: a YAML mapping of keys to values.</summary>
/// <remarks>hotstack: roles/heat_stack/tasks/main.yml; 04-create-snapset.yml reads it.</remarks>
internal static class StackOutputsFile
{
    /// <summary>The key of the servers' old and new ids; upstream's playbooks read the outputs by their names and ignore others.</summary>
    public const string ServerIdsKey = "hotstack_server_ids";

    /// <summary>Resolves the user's path to the file.</summary>
    /// <param name="path">An existing folder, or a file that may be missing.</param>
    /// <param name="stackName">Gives the file's name in a folder.</param>
    public static string Locate(string path, string stackName) =>
        Directory.Exists(path) || Path.EndsInDirectorySeparator(path) ? Path.Combine(path, $"{stackName}-outputs.yaml") : path;

    /// <summary>Why the file cannot be written; null otherwise.</summary>
    public static string? Obstacle(string file)
    {
        string folder = Path.GetDirectoryName(file) ?? "";
        return !Directory.Exists(folder) ? $"there is no folder {folder} for the outputs"
            : Directory.Exists(file) ? $"{file} is a folder"
            : FileFacts.OfPath(file, follow: true) is { Kind: not FileKind.Regular } facts ? $"{file} is {facts.KindText}, not a file"
            : File.Exists(file) && File.GetAttributes(file).HasFlag(FileAttributes.ReadOnly) ? $"{file} is read-only"
            : null;
    }

    /// <summary>The servers' ids that a restore wrote into the file; empty if it has none, or cannot be read.</summary>
    public static IReadOnlyList<RestoredServerId> ServerIdsIn(string file, CancellationToken stop)
    {
        try
        {
            string text = File.Exists(file) ? InputFile.ReadText(file, stop) : "";
            var root = DocReader.Read(new SourceMark(file, "OutputNotWritten"), text, DocRules.Ansible with { IsLazy = true }) as DocMap;
            return root?.MapOrNull(ServerIdsKey) is not { } ids ? [] :
            [
                .. ids.Keys.Where(name => ids.MapOrNull(name)?.Text("id") is not null).Select(name => new RestoredServerId
                {
                    Name = name,
                    SourceId = ids.MapOrNull(name)!.Text("source_id"),
                    Id = ids.MapOrNull(name)!.Text("id")!,
                }),
            ];
        }
        catch (Exception e) when (e is HotstackException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Writes the file atomically, readable only for its owner.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="stack">The stack, with its outputs.</param>
    /// <param name="ids">The servers' old and new ids; may be empty.</param>
    /// <param name="secrets">What no message may show.</param>
    /// <param name="activity">Receives warnings.</param>
    /// <param name="hint">What to do if the file cannot be written.</param>
    /// <exception cref="HotstackException"><c>OutputNotWritten</c>.</exception>
    public static void Write(
        string file, Stack stack, IReadOnlyList<RestoredServerId> ids, IReadOnlyList<string> secrets, IActivity activity, string hint)
    {
        string text = Text(stack, file, ids, secrets, activity);
        string beside = $"{file}.{Guid.NewGuid():N}.part";
        try
        {
            // An output may be a password.
            using (var writer = new StreamWriter(SecretFiles.Create(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None)))
            {
                writer.Write(text);
            }

            File.Move(beside, file, overwrite: true);
            activity.Verbose($"Wrote the outputs of stack '{stack.Name}' to {file}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(beside);
            throw new HotstackException(
                ErrorCause.InputInvalid, "OutputNotWritten",
                    $"The outputs of stack '{stack.Name}' could not be written to {file}: {e.Message}", e)
            {
                Target = file,
                Hint = hint,
            };
        }
    }

    /// <summary>The content of the file: the outputs, and beside them <see cref="ServerIdsKey"/>: for each member the id of the server
    /// that was frozen (<c>source_id</c>) and that of the restored one (<c>id</c>).</summary>
    internal static string Text(
        Stack stack, string file, IReadOnlyList<RestoredServerId> ids, IReadOnlyList<string> secrets, IActivity activity)
    {
        var outputs = new JsonObject();
        foreach ((string key, StackOutput output) in stack.Outputs.OrderBy(o => o.Key, StringComparer.Ordinal))
        {
            if (output.Error is { } error)
            {
                activity.Warning($"Heat failed to compute the output '{key}' of stack '{stack.Name}': "
                    + $"{Secrets.Hide(error, secrets)}. It is null in {file}.");
            }

            outputs[key] = output.Value is { } value ? JsonText.ToNode(value) : null;
        }

        if (ids.Count > 0)
        {
            outputs[ServerIdsKey] = new JsonObject(ids.Select(id => KeyValuePair.Create(
                id.Name, (JsonNode?)new JsonObject { ["source_id"] = id.SourceId, ["id"] = id.Id })));
        }

        return AnsibleYaml.Write(outputs);
    }
}
