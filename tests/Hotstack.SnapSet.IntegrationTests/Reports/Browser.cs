using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Processes;
using Xunit;

namespace Hotstack.Reports;

/// <summary>A Chromium without a window, driven through its ChromeDriver by plain WebDriver calls.</summary>
public sealed partial class Browser : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    private Process? _driver;
    private HttpClient? _http;
    private string _session = "";

    /// <summary>Why there is none on this machine; null if there is.</summary>
    public string? Missing { get; private set; }

    public async ValueTask InitializeAsync()
    {
        string? program = Names.Select(ProgramFinder.OfThisProcess.Find).FirstOrDefault(found => found is not null);
        if (program is null || ProgramFinder.OfThisProcess.Find("chromedriver") is not { } driver)
        {
            Missing = "There is no Chromium with its ChromeDriver on this machine (Debian: chromium, chromium-driver).";
            return;
        }

        _driver = Process.Start(new ProcessStartInfo(driver, ["--port=0"]) { RedirectStandardOutput = true,
            RedirectStandardError = true })!;
        _ = _driver.StandardError.ReadToEndAsync();
        string? line;
        Match port = Match.Empty;
        while (!port.Success && (line = await _driver.StandardOutput.ReadLineAsync()) is not null)
        {
            port = Port().Match(line);
        }

        Assert.True(port.Success, "chromedriver did not say its port");
        _ = _driver.StandardOutput.ReadToEndAsync();
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port.Groups[1].Value}/"), Timeout = TimeSpan.FromMinutes(2) };
        string[] arguments = ["--headless=new", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-dev-shm-usage",
            .. Environment.IsPrivilegedProcess ? new[] { "--no-sandbox" } : []];
        JsonNode made = await SendAsync("session", new
        {
            capabilities = new
            {
                alwaysMatch = new Dictionary<string, object>
                {
                    ["browserName"] = "chrome",
                    ["goog:chromeOptions"] = new { binary = program, args = arguments },
                    ["goog:loggingPrefs"] = new { browser = "ALL" },
                },
            },
        });
        _session = $"session/{made["sessionId"]}";
    }

    public async ValueTask DisposeAsync()
    {
        if (_http is not null && _session.Length > 0)
        {
            using HttpResponseMessage _ = await _http.DeleteAsync(new Uri(_session, UriKind.Relative));
        }

        _http?.Dispose();
        if (_driver is not null)
        {
            _driver.Kill(entireProcessTree: true);
            await _driver.WaitForExitAsync();
            _driver.Dispose();
        }
    }

    /// <summary>Opens a file as a screen of this width shows it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="scheme"><c>light</c> or <c>dark</c>.</param>
    /// <param name="media"><c>screen</c> or <c>print</c>.</param>
    public async Task OpenAsync(string path, int width, string scheme = "light", string media = "screen")
    {
        await DevToolsAsync("Emulation.setDeviceMetricsOverride", new { width, height = 900, deviceScaleFactor = 1, mobile = width < 600 });
        await DevToolsAsync("Emulation.setEmulatedMedia", new { media, features = new[] { new { name = "prefers-color-scheme",
            value = scheme } } });
        await SendAsync($"{_session}/url", new { url = new Uri(path).AbsoluteUri });
    }

    /// <summary>What a script returns.</summary>
    public async Task<JsonNode?> EvaluateAsync(string script) => await SendAsync($"{_session}/execute/sync", new { script,
        args = Array.Empty<object>() });

    /// <summary>The messages in the console since the last call.</summary>
    public async Task<IReadOnlyList<string>> ConsoleAsync() =>
        [.. (await SendAsync($"{_session}/se/log", new { type = "browser" })).AsArray().Select(entry => (string)entry!["message"]!)];

    private Task<JsonNode> DevToolsAsync(string cmd, object values) =>
        SendAsync($"{_session}/goog/cdp/execute", new Dictionary<string, object> { ["cmd"] = cmd, ["params"] = values });

    private async Task<JsonNode> SendAsync(string path, object body)
    {
        // ChromeDriver wants to know the length ahead.
        using var content = new StringContent(JsonSerializer.Serialize(body), System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await _http!.PostAsync(new Uri(path, UriKind.Relative), content);
        JsonNode? value = (await answer.Content.ReadFromJsonAsync<JsonNode>())!["value"];
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {value}");
        return value ?? new JsonObject();
    }

    [GeneratedRegex(@"successfully on port (\d+)")]
    private static partial Regex Port();
}
