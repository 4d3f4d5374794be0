using System.Text.Json;

namespace Hotstack.OpenShift.Login;

/// <summary>A plugin that is a real program: a script of the shell, in a folder of its own. It notes each run.</summary>
internal sealed class ScriptedPlugin : IDisposable
{
    private const string Success = """{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"TOKEN"}}""";

    public ScriptedPlugin(string body)
    {
        Folder = Directory.CreateTempSubdirectory("hotstack-plugin-").FullName;
        Write(body);
    }

    public string Folder { get; }

    public string Program => Path.Combine(Folder, "login");

    /// <summary>How often it was started.</summary>
    public int Runs => File.Exists(PathOf("runs")) ? File.ReadAllLines(PathOf("runs")).Length : 0;

    /// <summary>Whether scripts can be run here.</summary>
    public static bool IsPossible => !OperatingSystem.IsWindows();

    /// <summary>The line of the shell that answers with a token.</summary>
    public static string Answer(string token, string? expires = null) =>
        $"cat <<'E'\n{Success.Replace("TOKEN\"", token + (expires is null ? "\"" : $"\",\"expirationTimestamp\":{JsonSerializer.Serialize(expires)}"), StringComparison.Ordinal)}\nE";

    /// <summary>What the script does from now on; <c>$here</c> is its folder.</summary>
    public void Write(string body)
    {
        string fresh = Program + ".new";
        File.WriteAllText(fresh, $"#!/bin/sh\nhere='{Folder}'\necho run >>\"$here/runs\"\n{body}\n");
        SetMode(fresh, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Move(fresh, Program, overwrite: true);
    }

    /// <summary>Sets a mode, where there are modes.</summary>
    public static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>What the script has written to a file, once it has.</summary>
    public async Task<string> WaitForAsync(string name, CancellationToken stop)
    {
        while (!File.Exists(PathOf(name)) || new FileInfo(PathOf(name)).Length == 0)
        {
            await Task.Delay(10, stop);
        }

        return await File.ReadAllTextAsync(PathOf(name), stop);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
