namespace Hotstack.Sandbox;

/// <summary>A clouds.yaml or kubeconfig on disk, which only its owner can read; a temporary one goes when it is disposed of.</summary>
internal sealed class ConfigFile : IDisposable
{
    private readonly string? _temporary;

    private ConfigFile(string path, string? temporary)
    {
        Path = path;
        _temporary = temporary;
    }

    /// <summary>Its absolute path.</summary>
    public string Path { get; }

    /// <summary>Writes one.</summary>
    /// <param name="text">What it holds.</param>
    /// <param name="path">Where; null for a temporary one.</param>
    /// <param name="name">What a temporary one is called.</param>
    public static async Task<ConfigFile> WriteAsync(string text, string? path, string name)
    {
        var temporary = path is null ? Directory.CreateTempSubdirectory("hotstack-sandbox-").FullName : null;
        path = System.IO.Path.GetFullPath(path ?? System.IO.Path.Combine(temporary!, name));
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var writer = new StreamWriter(path, options);
        await writer.WriteAsync(text);
        return new ConfigFile(path, temporary);
    }

    public void Dispose()
    {
        if (_temporary is not null)
        {
            Directory.Delete(_temporary, recursive: true);
        }
    }
}
