using System.Diagnostics;
using Hotstack.Sandbox.Demo;
using Hotstack.Surface;
using Xunit;

namespace Hotstack.Pester;

/// <summary>The cmdlets in a real PowerShell, on the sandbox, where there is one. Only the quick tests;
/// <c>build.ps1 -Task Pester</c> runs them all.</summary>
public sealed class PesterTests(ITestOutputHelper output)
{
    private const int PesterIsMissing = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task The_cmdlets_do_in_PowerShell_what_their_tests_in_Pester_say()
    {
        string? pwsh = PowerShellHost.Find();
        Assert.SkipWhen(pwsh is null, "There is no pwsh, on the PATH or as a .NET tool; the tests in tests/Pester did not run.");

        (int exitCode, string text) = await RunAsync(
            pwsh, ["-File", Path.Combine(Repository.Root, "tests", "Pester", "Run.ps1"), "-Quick"]);
        output.WriteLine(text);

        Assert.SkipWhen(exitCode == PesterIsMissing, "pwsh has neither Pester 5 nor 6; the tests in tests/Pester did not run.");
        string failed = string.Join('\n', text.Split('\n').Where(line => line.StartsWith("FAIL ", StringComparison.Ordinal)));
        Assert.True(exitCode == 0, $"{failed}\n\n{text}");
    }

    private static async Task<(int ExitCode, string Text)> RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, ["-NoProfile", "-NonInteractive", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NO_COLOR"] = "1";
        start.Environment["HOTSTACK_MODULE"] = Path.Combine(PublishedModule.Folder, "Hotstack.SnapSet.psd1");
        start.Environment["HOTSTACK_SANDBOX"] = Path.Combine(AppContext.BaseDirectory, "Hotstack.SnapSet.Sandbox.dll");
        // Many short processes: to profile their code costs more than it gains.
        start.Environment["DOTNET_TieredPGO"] = "0";
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(patience.Token);
            string text = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, text + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
