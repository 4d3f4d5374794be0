using System.Diagnostics;
using System.IO.Pipes;
using System.Text;
using Hotstack.Deployments;
using Hotstack.SnapSets.Move;
using Hotstack.SnapSets.Restore;
using Hotstack.Templates;
using Xunit;

namespace Hotstack.Configuration;

/// <summary>Whatever is read is a file: what could hang is refused before it is opened.</summary>
public sealed class InputFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-input-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static readonly Dictionary<string, Action<string>> Readers = new()
    {
        ["clouds.yaml, secure.yaml, kubeconfig and the files that it names"] = path => ConfigurationSources.OfThisProcess()
            .OpenFile(path)!.Dispose(),
        ["certificates, keys, tokens"] = path => InputFile.ReadText(path, Stop),
        ["snapset data"] = path => SnapSetFile.Read(path),
        ["parameters"] = path => ParameterFile.Read(path),
        ["manifest"] = path => ManifestFile.ReadBytes(path),
        ["images"] = path => new ExportDisk().OpenRead(path).Dispose(),
        ["template"] = path => TemplateBundle.Load(path),
        ["outputs"] = path => throw new IOException(StackOutputsFile.Obstacle(path)),
    };

    public static TheoryData<string> AllReaders => [.. Readers.Keys];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(AllReaders))]
    public async Task A_named_pipe_or_a_device_is_refused_at_once(string reader)
    {
        Assert.SkipUnless(FileFacts.AreKnown, "Linux tells what a file is.");
        string pipe = Path.Combine(_folder, "clouds.yaml");
        await Process.Start("mkfifo", pipe).WaitForExitAsync(Stop);
        string link = Path.Combine(_folder, "link.yaml");
        File.CreateSymbolicLink(link, "/dev/zero");

        string ofPipe = Said(await Assert.ThrowsAnyAsync<Exception>(() => Task.Run(() => Readers[reader](pipe), Stop).WaitAsync(Stop)));
        string ofDevice = Said(await Assert.ThrowsAnyAsync<Exception>(() => Task.Run(() => Readers[reader](link), Stop).WaitAsync(Stop)));

        Assert.Contains("is a named pipe, not a file", ofPipe, StringComparison.Ordinal);
        Assert.True(ofDevice.Contains("is a device, not a file", StringComparison.Ordinal) || reader == "template", ofDevice);
    }

    [Fact]
    public void The_empty_device_is_as_good_as_an_empty_file()
    {
        Assert.SkipUnless(FileFacts.AreKnown, "There is none.");

        Assert.Equal("", InputFile.ReadText("/dev/null", Stop));
    }

    [Fact]
    public async Task A_descriptor_that_the_caller_hands_over_is_read_and_can_be_stopped()
    {
        Assert.SkipUnless(FileFacts.AreKnown, "It is a path of Linux.");
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        string path = $"/dev/fd/{pipe.ClientSafePipeHandle.DangerousGetHandle()}";
        using var stop = new CancellationTokenSource();
        Task waiting = Task.Run(() => InputFile.Open(path, stop.Token).Dispose(), Stop);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Stop));

        using var other = new AnonymousPipeServerStream(PipeDirection.Out);
        await other.WriteAsync(Encoding.UTF8.GetBytes("clouds: {}"), Stop);
        string given = $"/dev/fd/{other.ClientSafePipeHandle.DangerousGetHandle()}";
        Task<string> reading = Task.Run(() => InputFile.ReadText(given, Stop), Stop);
        other.SafePipeHandle.Dispose();

        Assert.Equal("clouds: {}", await reading.WaitAsync(Stop));
    }

    [Fact]
    public void A_folder_and_nothing_are_told_as_such()
    {
        Assert.Throws<FileNotFoundException>(() => InputFile.ReadText(Path.Combine(_folder, "none"), Stop));
        if (FileFacts.AreKnown)
        {
            Assert.Contains("is a folder", Assert.Throws<IOException>(() => InputFile.ReadText(_folder, Stop)).Message,
                StringComparison.Ordinal);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Said(Exception e) => e.Message;
}
