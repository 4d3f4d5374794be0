using System.Diagnostics;
using Hotstack.Configuration;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;
using Hotstack.Sandbox;

namespace Hotstack.Bench;

/// <summary>A sandbox in this process, and what leads other processes to it.</summary>
internal sealed class Workplace : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-bench-").FullName;

    private Workplace(SandboxServer sandbox)
    {
        Sandbox = sandbox;
        Environment = new Dictionary<string, string>
        {
            ["OS_CLIENT_CONFIG_FILE"] = Write("clouds.yaml", sandbox.CloudsYaml), ["OS_CLOUD"] = "sandbox",
            ["KUBECONFIG"] = Write("kubeconfig", sandbox.Kubeconfig),
        };
    }

    public SandboxServer Sandbox { get; }

    public IReadOnlyDictionary<string, string> Environment { get; }

    public static async Task<Workplace> OpenAsync(SandboxOptions options) => new(await SandboxServer.StartAsync(options));

    /// <summary>Writes a file that goes with the workplace.</summary>
    public string Write(string name, string text)
    {
        string path = PathOf(name);
        File.WriteAllText(path, text);
        return path;
    }

    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>A connection of this process itself, to prepare what is measured.</summary>
    public Cloud Connect()
    {
        var sources = ConfigurationSources.OfThisProcess() with { Variables = new Dictionary<string, string>(Environment) };
        return Cloud.Connect(new CloudConfigurationLoader(sources).Load("sandbox", null), Silence.Instance);
    }

    /// <summary>Does something, and counts the calls that it made.</summary>
    public async Task<(T Result, int Calls)> CountAsync<T>(Func<Task<T>> work)
    {
        Sandbox.Calls.Clear();
        T result = await work();
        return (result, Sandbox.Calls.Snapshot().Count);
    }

    /// <summary>The images that were made of servers.</summary>
    public IEnumerable<Sandbox.Imaging.Image> SetImages =>
        Sandbox.Cloud.Images.Where(image => image.Name?.Contains("-snapshot-", StringComparison.Ordinal) == true);

    public void DeleteSets()
    {
        foreach (Sandbox.Imaging.Image image in SetImages)
        {
            Sandbox.Cloud.DeleteImage(image.Id);
        }
    }

    /// <summary>Looks behind the APIs until something is so.</summary>
    /// <returns>When it was first seen.</returns>
    public static async Task<DateTimeOffset> SeeAsync(Func<bool> isSo, TimeSpan patience)
    {
        var watch = Stopwatch.StartNew();
        while (!isSo())
        {
            if (watch.Elapsed > patience)
            {
                throw new InvalidOperationException($"What was waited for did not happen within {patience}.");
            }

            await Task.Delay(20);
        }

        return DateTimeOffset.UtcNow;
    }

    public async ValueTask DisposeAsync()
    {
        await Sandbox.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
