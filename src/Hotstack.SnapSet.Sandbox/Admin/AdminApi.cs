using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Compute;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Admin;

/// <summary><c>/sandbox</c>: the calls so far, the faults to come, the clock, the state. Not recorded, needs no token.</summary>
internal sealed class AdminApi(SandboxCloud cloud, CallLog calls, Func<SandboxServer> server)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private static readonly Dictionary<string, string> Help = new()
    {
        ["GET /sandbox/calls"] = "every call so far, secrets masked; ?service= narrows it",
        ["DELETE /sandbox/calls"] = "forget them",
        ["GET /sandbox/faults"] = "the faults to come, and how many calls each has hit",
        ["POST /sandbox/faults"] = "add one, or an array: {kind, service, method, path, action, server, nth, times, status, body, headers, delaySeconds}; kinds: "
            + string.Join(", ", Enum.GetNames<FaultKind>()),
        ["DELETE /sandbox/faults"] = "forget them",
        ["POST /sandbox/clock"] = "{advance: seconds}: what would happen by then happens now",
        ["GET /sandbox/state"] = "servers with the origin and the boots of their disks, images, volumes and their snapshots, stacks",
        ["POST /sandbox/servers/{name}"] = "{vmState, taskState, locked, diskBytes, volumeBacked, cellDown, consoleKeys, hostKeys}: set a server's"
            + " state; taskState \"\" is idle, hostKeys \"new\" makes new ones, consoleKeys is one of "
            + string.Join(", ", Enum.GetNames<ConsoleKeys>()),
        ["POST /sandbox/rename"] = "{name, to}: give a server or stack any name, also one that the services would refuse",
        ["POST /sandbox/snapsets"] = "{snapId, ageSeconds, project, visibility, members: {name: role}}: add a set as the Ansible roles make it",
        ["GET /sandbox/cluster"] = "the cluster's state: its API, its nodes",
        ["POST /sandbox/cluster/csrs/hostile"] = "add certificate requests that must not be approved",
        ["POST /sandbox/cluster/outage"] = "{seconds}: its API answers nothing for so long",
        ["POST /sandbox/cluster/restart"] = "its API servers are replaced",
        ["POST /sandbox/cluster/watches/forget"] = "a watch from an earlier resourceVersion gets 410",
        ["POST /sandbox/cluster/operators/{name}"] = "{condition, status, reason, message}: set a condition for good; without a status it is left to itself again",
        ["POST /sandbox/cluster/nodes/{name}"] = "{pods}: what helper pods on it meet: " + string.Join(", ", Enum.GetNames<PodFate>()),
        ["GET /sandbox/controller"] = "the way to the cluster, of serve --behind-controller",
        ["POST /sandbox/controller"] = "{sshd, forwards, acceptsKey, answers}: what sshd on the controllers does, each true or false; {drop: true}:"
            + " end its connections",
        ["POST /sandbox/tokens/expire"] = "end all tokens",
        ["POST /sandbox/tokens/revoke"] = "revoke all tokens",
        ["POST /sandbox/reset"] = "all as at the start; faults and calls forgotten",
    };

    private SandboxCluster Cluster => server().Cluster;

    private SandboxController Controller => server().Controller
        ?? throw new InvalidOperationException("the cluster is not behind a controller: serve --behind-controller");

    public void Map(RouteTable table)
    {
        On(table, "GET", "", _ => JsonSerializer.SerializeToNode(Help, Json));
        On(table, "GET", "/calls", http => JsonSerializer.SerializeToNode(
            calls.Snapshot().Where(c => !http.Request.Query.TryGetValue("service", out var service) || c.Service == service), Json));
        On(table, "DELETE", "/calls", _ => Done(calls.Clear));
        On(table, "GET", "/faults", _ => new JsonArray([.. cloud.Faults.Faults.Select(f => new JsonObject
        {
            ["fault"] = JsonSerializer.SerializeToNode(f.Fault, FaultPlan.Json), ["hits"] = f.Hits,
        })]));
        On(table, "DELETE", "/faults", _ => Done(cloud.Faults.Clear));
        OnBody(table, "/faults", body => cloud.Faults.AddJson(body.ToJsonString()));
        OnBody(table, "/clock", body => cloud.Advance(
            TimeSpan.FromSeconds(Number(body, "advance") ?? throw new JsonException("advance is missing"))));
        OnBody(table, "/servers/{name}", (http, body) => SetServer((string)http.Request.RouteValues["name"]!, body));
        OnBody(table, "/rename", body => cloud.Rename(Text(body, "name") ?? "", Text(body, "to")
            ?? throw new JsonException("to is missing")));
        OnBody(table, "/snapsets", body => cloud.AddUpstreamSnapSet(
            Text(body, "snapId") ?? "AbC_-d3F", TimeSpan.FromSeconds(Number(body, "ageSeconds") ?? 0), Text(body, "project"),
                Text(body, "visibility") ?? "private",
            Members(body)));
        On(table, "GET", "/state", _ => State());
        On(table, "GET", "/cluster", _ => ClusterState());
        On(table, "POST", "/cluster/csrs/hostile", _ => JsonSerializer.SerializeToNode(Cluster.AddHostileCsrs(), Json));
        OnBody(table, "/cluster/outage", body => Cluster
            .Outage(TimeSpan.FromSeconds(Number(body, "seconds") ?? throw new JsonException("seconds is missing"))));
        On(table, "POST", "/cluster/restart", _ => Done(Cluster.RestartApi));
        On(table, "POST", "/cluster/watches/forget", _ => Done(Cluster.ForgetEvents));
        OnBody(table, "/cluster/operators/{name}", (http, body) => Cluster.SetOperator(
            (string)http.Request.RouteValues["name"]!, Text(body, "condition") ?? "Degraded", Text(body, "status"),
            Text(body, "reason") ?? "Forced", Text(body, "message") ?? "as somebody wants it"));
        OnBody(table, "/cluster/nodes/{name}", (http, body) => Cluster.SetHelperPods(
            (string)http.Request.RouteValues["name"]!, Enum.Parse<PodFate>(Text(body, "pods") ?? "Succeed", ignoreCase: true)));
        On(table, "GET", "/controller", _ => ControllerView());
        OnBody(table, "/controller", SetController);
        On(table, "POST", "/tokens/expire", _ => Done(cloud.ExpireTokens));
        On(table, "POST", "/tokens/revoke", _ => Done(cloud.RevokeTokens));
        On(table, "POST", "/reset", _ => Done(() =>
        {
            cloud.Reset();
            cloud.Faults.Clear();
            calls.Clear();
        }));
    }

    private static JsonObject Done(Action work)
    {
        work();
        return new JsonObject { ["done"] = true };
    }

    private static void On(RouteTable table, string method, string pattern, Func<HttpContext, JsonNode?> answer) =>
        table.Map(method, "/sandbox" + pattern, Answered(http => Task.FromResult(answer(http))));

    private static void OnBody(RouteTable table, string pattern, Action<JsonNode> work) =>
        OnBody(table, pattern, (_, body) => work(body));

    private static void OnBody(RouteTable table, string pattern, Action<HttpContext, JsonNode> work) =>
        table.Map("POST", "/sandbox" + pattern, Answered(http => DoneWithBodyAsync(http, work)));

    private static async Task<JsonNode?> DoneWithBodyAsync(HttpContext http, Action<HttpContext, JsonNode> work)
    {
        var body = await JsonNode.ParseAsync(http.Request.Body) ?? throw new JsonException("a body is needed");
        return Done(() => work(http, body));
    }

    private static RequestDelegate Answered(Func<HttpContext, Task<JsonNode?>> answer) => http => AnswerAsync(http, answer);

    private static async Task AnswerAsync(HttpContext http, Func<HttpContext, Task<JsonNode?>> answer)
    {
        try
        {
            await http.Response.WriteAsJsonAsync(await answer(http), Json);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            http.Response.StatusCode = error is KeyNotFoundException ? 404 : 400;
            await http.Response.WriteAsJsonAsync(new JsonObject { ["error"] = error.Message }, Json);
        }
    }

    private static string? Text(JsonNode body, string key) => (string?)(body as JsonObject)?[key];

    /// <summary>None for those that a set has by default.</summary>
    private static (string Name, string Role, string Mac)[] Members(JsonNode body) =>
        body["members"] is JsonObject members ? [.. members.Select((m, i) => (m.Key, (string)m.Value!, $"fa:16:3e:02:00:{i:x2}"))] : [];

    private static double? Number(JsonNode body, string key) => (double?)(body as JsonObject)?[key];

    private void SetServer(string name, JsonNode body)
    {
        cloud.SetServer(name, Text(body, "vmState"), Text(body, "taskState"), (bool?)body["locked"]);
        if ((long?)body["diskBytes"] is { } bytes)
        {
            cloud.SetDisk(name, bytes);
        }

        if ((bool?)body["cellDown"] is { } isDown)
        {
            cloud.SetCell(name, isDown);
        }

        if (Text(body, "consoleKeys") is { } keys)
        {
            cloud.SetConsoleKeys(name, Enum.Parse<ConsoleKeys>(keys, ignoreCase: true));
        }

        if (Text(body, "hostKeys") == "new")
        {
            cloud.ChangeHostKeys(name);
        }

        if ((bool?)body["volumeBacked"] == true)
        {
            cloud.MakeVolumeBacked(name);
        }
    }

    private void SetController(JsonNode body)
    {
        Controller.HasSshd = (bool?)body["sshd"] ?? Controller.HasSshd;
        Controller.Forwards = (bool?)body["forwards"] ?? Controller.Forwards;
        Controller.AcceptsKey = (bool?)body["acceptsKey"] ?? Controller.AcceptsKey;
        Controller.Answers = (bool?)body["answers"] ?? Controller.Answers;
        if ((bool?)body["drop"] == true)
        {
            Controller.DropConnections();
        }
    }

    private JsonObject ControllerView() => new()
    {
        ["api"] = Controller.ApiName, ["real"] = Controller.IsReal, ["whyNotReal"] = Controller.WhyNotReal,
        ["user"] = SandboxController.User,
        ["bin"] = Controller.BinFolder, ["home"] = Controller.HomeFolder, ["keyFile"] = Controller.KeyFile, ["sshd"] = Controller.HasSshd,
        ["forwards"] = Controller.Forwards, ["acceptsKey"] = Controller.AcceptsKey, ["answers"] = Controller.Answers,
        ["connections"] = Controller.Connections,
    };

    private JsonObject ClusterState() => new()
    {
        ["address"] = Cluster.Address.ToString(), ["reachable"] = Cluster.IsReachable, ["ready"] = Cluster.IsReady,
        ["nodes"] = new JsonArray([.. Cluster.Nodes.Select(n => new JsonObject
        {
            ["name"] = n, ["ready"] = Cluster.Get("nodes", n)?.Condition("Ready").Text("status"),
            ["shutdown"] = Cluster.ScheduledShutdown(n)?.Kube(), ["clientNotAfter"] = Cluster.KubeletCertificates(n).Client?.Kube(),
            ["servingNotAfter"] = Cluster.KubeletCertificates(n).Serving?.Kube(),
        })]),
    };

    private JsonObject State() => cloud.Do(() => new JsonObject
    {
        ["now"] = cloud.Now.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        ["servers"] = new JsonArray([.. cloud.ServerList.Select(s => new JsonObject
        {
            ["id"] = s.Id, ["name"] = s.Name, ["project"] = s.ProjectId, ["status"] = s.Status, ["vmState"] = s.VmState,
            ["taskState"] = s.TaskState, ["locked"] = s.Locked, ["host"] = s.Host, ["diskBytes"] = s.DiskBytes,
            ["image"] = s.ImageId, ["diskOrigin"] = s.Disk.Origin, ["boots"] = s.Disk.Boots,
        })]),
        ["images"] = new JsonArray([.. cloud.ImageList.Select(i => new JsonObject
        {
            ["id"] = i.Id, ["name"] = i.Name, ["project"] = i.Owner, ["status"] = i.Status, ["visibility"] = i.Visibility,
                ["size"] = i.Size,
            ["tags"] = new JsonArray([.. i.Tags.Select(t => (JsonNode)t)]),
        })]),
        ["volumes"] = new JsonArray([.. cloud.VolumeList.Select(v => new JsonObject
        {
            ["id"] = v.Id, ["name"] = v.Name, ["project"] = v.ProjectId, ["status"] = v.Status, ["size"] = v.Size,
                ["server"] = v.Server?.Id,
            ["device"] = v.Device, ["snapshot"] = v.SnapshotId,
        })]),
        ["volumeSnapshots"] = new JsonArray([.. cloud.VolumeSnapshotList.Select(s => new JsonObject
        {
            ["id"] = s.Id, ["name"] = s.Name, ["volume"] = s.Volume.Id, ["status"] = s.Status,
        })]),
        ["stacks"] = new JsonArray(
            [.. cloud.StackList.Select(s => new JsonObject { ["id"] = s.Id, ["name"] = s.Name, ["status"] = s.Status })]),
    });
}
