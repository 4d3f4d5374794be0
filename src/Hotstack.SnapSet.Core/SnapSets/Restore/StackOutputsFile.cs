using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.SnapSets.Restore;

/// <summary>The outputs of a stack as upstream's playbooks keep them: a YAML mapping of keys to values.</summary>
/// <remarks>hotstack: roles/heat_stack/tasks/main.yml; 04-create-snapset.yml reads it.</remarks>
internal static class StackOutputsFile
{
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

    /// <summary>Writes the file atomically, readable only for its owner.</summary>
    public static void Write(string file, Stack stack, IReadOnlyList<string> secrets, IActivity activity)
    {
        string text = Text(stack, file, secrets, activity);
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
                    $"Stack '{stack.Name}' is complete, but its outputs could not be written to {file}: {e.Message}", e)
            {
                Target = file,
                Hint = "Run the same command again with another -OutputPath, "
                    + $"or run 'openstack stack output show {CommandArgument.Of(stack.Name)} --all'.",
            };
        }
    }

    /// <summary>The content of the file.</summary>
    internal static string Text(Stack stack, string file, IReadOnlyList<string> secrets, IActivity activity)
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

        return AnsibleYaml.Write(outputs);
    }
}
