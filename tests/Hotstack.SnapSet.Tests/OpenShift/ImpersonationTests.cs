using System.Net;
using System.Net.Sockets;
using System.Text;
using Hotstack.Http;
using Xunit;

namespace Hotstack.OpenShift;

/// <summary>Whom we act as, as it arrives at a server.</summary>
public sealed class ImpersonationTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly RecordingActivity _activity = new();

    public ImpersonationTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    /// <summary>The fields that kubectl 1.32 sends for the same user.</summary>
    public static TheoryData<string, string[], string[]> Fields => new()
    {
        { "eve", [], [] },
        { "eve", ["a"], ["Impersonate-Group: a"] },
        { "eve", ["a", "b"], ["Impersonate-Group: a", "Impersonate-Group: b"] },
        { "eve", ["a,b", "c d"], ["Impersonate-Group: a,b", "Impersonate-Group: c d"] },
        { "Jürgen", ["größe", "日本"], ["Impersonate-Group: größe", "Impersonate-Group: 日本"] },
        { "😀", [], [] },
        { "a: b", ["x: y", "Impersonate-User: root"], ["Impersonate-Group: Impersonate-User: root", "Impersonate-Group: x: y"] },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task Each_value_has_a_field_of_its_own(string user, string[] groups, string[] expected)
    {
        string[] lines = await SentAsync(Configuration() with { ImpersonateUser = user, ImpersonateGroups = groups });

        Assert.Equal([.. expected, $"Impersonate-User: {user}"], lines);
    }

    [Fact]
    public async Task Further_words_are_sent_one_by_one_too()
    {
        string[] lines = await SentAsync(Configuration() with
        {
            ImpersonateUser = "eve", ImpersonateUid = "7",
            ImpersonateExtra = new Dictionary<string, IReadOnlyList<string>> { ["sco pe/ü"] = ["x", "ä"], ["empty"] = [] },
        });

        Assert.Equal(
            ["Impersonate-Extra-sco%20pe%2F%C3%BC: x", "Impersonate-Extra-sco%20pe%2F%C3%BC: ä", "Impersonate-Uid: 7",
                "Impersonate-User: eve"], lines);
    }

    /// <summary>What joins values on their way never reaches a body: JSON escapes it.</summary>
    [Fact]
    public async Task A_body_arrives_as_it_was()
    {
        string sent = await RequestAsync(
            Configuration() with { ImpersonateUser = "eve", ImpersonateGroups = ["a", "b"] },
            api => api.Request(HttpMethod.Post,
                $"x") with { Body = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes("a\u001fb\u001e") });

        Assert.EndsWith("\r\n\r\n\"a\\u001Fb\\u001E\"", sent, StringComparison.Ordinal);
    }

    private ClusterConfiguration Configuration() => new()
    {
        Context = "test", ClusterName = "test", Server = new Uri($"http://{_listener.LocalEndpoint}"), Tls = new TlsConfiguration(),
    };

    private async Task<string[]> SentAsync(ClusterConfiguration configuration) =>
    [
        .. (await RequestAsync(configuration, api => api.Request(HttpMethod.Get, $"x"))).Split("\r\n")
            .Where(line => line.StartsWith("Impersonate-", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    private async Task<string> RequestAsync(ClusterConfiguration configuration, Func<KubernetesApi, ApiRequest> request)
    {
        Task<string> answering = AnswerAsync();
        using var connections = new Api(
            HttpTransport.Create(configuration.Tls with { WritesRepeatedFields = configuration.RepeatsFields }),
            new RetryPolicy(TimeProvider.System, _activity), _activity);
        var link = new ClusterLink();
        link.Open(configuration, connections, new Credentials(configuration, TimeProvider.System), null);
        var api = new KubernetesApi(link, new ServerClock(TimeProvider.System), new NewObjects(TimeProvider.System));
        await api.SendAsync(request(api), TestContext.Current.CancellationToken);
        return await answering;
    }

    private async Task<string> AnswerAsync()
    {
        using TcpClient client = await _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        NetworkStream stream = client.GetStream();
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        do
        {
            int length = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
            text.Append(Encoding.UTF8.GetString(buffer, 0, length));
        }
        while (!IsWhole(text.ToString()));
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray(),
            TestContext.Current.CancellationToken);
        return text.ToString();
    }

    private static bool IsWhole(string request) =>
        request.Contains("\r\n\r\n", StringComparison.Ordinal)
            && (!request.StartsWith("POST", StringComparison.Ordinal) || request.EndsWith('"'));
}
