using System.Net;
using System.Net.Sockets;
using Hotstack.Sandbox.Cluster.Api;
using Hotstack.Sandbox.Controllers;
using Hotstack.Sandbox.Controllers.Client;

namespace Hotstack.Sandbox;

/// <summary>
/// The way to the cluster behind its controller: an <c>ssh</c> that leads there, as the real one does. Where the machine has a usable
/// sshd, that is the controllers'; elsewhere the sandbox plays both ends. Also the back door to it, for tests and the admin endpoint.
/// </summary>
public sealed class SandboxController : IAsyncDisposable
{
    /// <summary>The controllers' user.</summary>
    public const string User = "zuul";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<string, SshdDoor> _doors = [];
    private readonly Dictionary<string, ApiDoor> _networks = [];
    private readonly List<Task> _closing = [];
    private readonly SandboxServer _server;
    private readonly FolderGuard _folder;
    private readonly ControllerState _state;
    private readonly ControllerOptions _options;
    private SshFiles? _files;
    private Sshd? _sshd;
    private StubDoor? _stub;
    private Task _watching = Task.CompletedTask;
    private int _addresses;

    private SandboxController(SandboxServer server, FolderGuard folder, ControllerOptions options)
    {
        (_server, _folder, _options) = (server, folder, options);
        _state = new ControllerState(server.Cloud);
    }

    /// <summary>Whether a real sshd is behind it.</summary>
    public bool IsReal => _sshd is not null;

    /// <summary>Why no real sshd is; null if one is.</summary>
    public string? WhyNotReal { get; private set; }

    /// <summary>A private folder that goes when the sandbox ends, however it ends.</summary>
    public string Folder => _folder.Path;

    /// <summary>What comes first on the PATH of who is to go this way.</summary>
    public string BinFolder => Files.Bin;

    /// <summary>The home of the controllers' user. The kubeconfig is in it.</summary>
    public string HomeFolder => Files.Home;

    /// <summary>The private key that the controllers accept.</summary>
    public string KeyFile => Files.Key;

    /// <summary>The name and port of the cluster's API, which the controllers alone can resolve; with a real sshd, where the system allows
    /// it.</summary>
    public string ApiName { get; private set; } = "";

    /// <summary>How many connections there are now.</summary>
    public int Connections
    {
        get
        {
            lock (_gate)
            {
                return _stub?.Connections ?? _doors.Values.Sum(d => d.Connections);
            }
        }
    }

    /// <summary>Whether sshd runs on the controllers. Without it they refuse, and connections are lost.</summary>
    public bool HasSshd
    {
        get => !_state.IsStopped;
        set => Set(() => _state.IsStopped = !value);
    }

    /// <summary>Whether sshd forwards connections (AllowTcpForwarding); a real one keeps to what it was when a connection began.</summary>
    public bool Forwards
    {
        get => !_state.ForbidsForwarding;
        set => Set(() => _state.ForbidsForwarding = !value);
    }

    /// <summary>Whether the key is accepted.</summary>
    public bool AcceptsKey
    {
        get => !_state.RefusesKeys;
        set => Set(() => _state.RefusesKeys = !value);
    }

    /// <summary>Whether new connections get any answer.</summary>
    public bool Answers
    {
        get => !_state.IsSilent;
        set => Set(() => _state.IsSilent = !value);
    }

    private SshFiles Files => _files ?? throw new InvalidOperationException("not started");

    /// <summary>Puts the cluster of a sandbox behind its controllers.</summary>
    public static async Task<SandboxController> StartAsync(SandboxServer server, ControllerOptions? options = null,
        CancellationToken stop = default)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("A controller needs a Unix: its home has a shell.");
        }

        var controller = new SandboxController(server, FolderGuard.Start(), options ?? new ControllerOptions());
        try
        {
            await controller.StartAsync(server, stop);
        }
        catch
        {
            await controller.DisposeAsync();
            throw;
        }

        return server.Controller = controller;
    }

    /// <summary>Adds a Host of the ssh config, with the user, for an address.</summary>
    public void AddHost(string name, string address) => Set(() => _state.AddAlias(name, address));

    /// <summary>Ends all connections, as when the processes of sshd that serve them are killed.</summary>
    public void DropConnections()
    {
        lock (_gate)
        {
            _stub?.Drop();
            foreach (var door in _doors.Values)
            {
                door.Drop();
            }
        }
    }

    /// <summary>Notices now what has become of the servers.</summary>
    public void Refresh()
    {
        lock (_gate)
        {
            var servers = _state.Servers;
            _stub?.Update(servers);
            if (_sshd is null)
            {
                return;
            }

            foreach (var server in servers)
            {
                var api = NetworkOf(server.Id, _sshd).At;
                _sshd.Write(server, _state, api.Address, ApiName.EndsWith($":{api.Port}", StringComparison.Ordinal) ? Files.Home
                    : Files.OtherHome(server.Id, ApiName, $"localhost:{api.Port}"));
                if (_doors.TryGetValue(server.Id, out var door))
                {
                    door.Update(server.IsUp);
                }
                else if (server.IsUp)
                {
                    _doors[server.Id] = new SshdDoor(_sshd, _state, server.Id);
                }
            }

            foreach (var (id, door) in _doors.Where(d => servers.All(s => s.Id != d.Key)).ToList())
            {
                door.Update(isUp: false);
                _doors.Remove(id);
                _sshd.Forget(id);
                if (_networks.Remove(id, out var network))
                {
                    _closing.Add(network.DisposeAsync().AsTask());
                }
            }

            Files.WriteConfig(servers.Where(s => _doors.ContainsKey(s.Id)).Select(s => (s, _doors[s.Id].Port)), _state, _options.ShowsKey);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watching;
        if (_stub is not null)
        {
            await _stub.DisposeAsync();
        }

        foreach (var door in _doors.Values)
        {
            await door.DisposeAsync();
        }

        foreach (var network in _networks.Values)
        {
            await network.DisposeAsync();
        }

        await Task.WhenAll(_closing);
        await _folder.DisposeAsync();
        _end.Dispose();
    }

    private async Task StartAsync(SandboxServer server, CancellationToken stop)
    {
        var cluster = server.Cloud.OpenShift ?? throw new InvalidOperationException("There is no deployment in this sandbox.");
        const int UsualPort = 6443;
        var name = $"api.{cluster.Name}.example";
        var (sshd, why) = _options.MayBeReal ? await Sshd.FindAsync(Folder, name, stop) : (null, "the sandbox's own was asked for");
        if (sshd is not null)
        {
            // A real sshd connects where the name and port say, and the names that others know lead to the whole machine.
            var port = sshd.KnowsNames || _state.Servers is not [var first, ..] ? server.Cluster.Address.Port
                : NetworkOf(first.Id, sshd).At.Port;
            Plant(sshd.KnowsNames ? name : "localhost", port, cluster);
            why = await TryAsync(sshd, stop);
        }

        WhyNotReal = why;
        if (why is not null)
        {
            _sshd = null;
            Plant(name, UsualPort, cluster);
            var hash = SshClientCommand.HashOf(await File.ReadAllBytesAsync(KeyFile, stop));
            _stub = new StubDoor(_state, new ClusterNetwork(name, server.Cluster.Address, UsualPort, server.Ways), hash);
            Files.UseStub(_stub.Port, _options.ShowsKey);
        }

        _watching = WatchAsync();
    }

    /// <summary>The API as it is in the network of a controller: everywhere at the same port, at an address of loopback each; where names
    /// are not known, at a port each.</summary>
    private ApiDoor NetworkOf(string controllerId, Sshd sshd)
    {
        var api = _server.Cluster.Address;
        while (!_networks.ContainsKey(controllerId))
        {
            var number = ++_addresses;
            try
            {
                _networks[controllerId] = new ApiDoor(
                    sshd.KnowsNames ? new IPEndPoint(new IPAddress([127, 1, (byte)(number >> 8), (byte)number]), api.Port)
                        : new IPEndPoint(IPAddress.Loopback, 0),
                    api, _server.Ways, _state.WayFrom(controllerId));
            }
            catch (SocketException) when (number < ushort.MaxValue)
            {
                // The address is in use.
            }
        }

        return _networks[controllerId];
    }

    private void Plant(string host, int port, Cluster.OpenShiftCluster cluster)
    {
        ApiName = $"{host}:{port}";
        _files = new SshFiles(Folder, Kubeconfig.Write(new Uri($"https://{ApiName}"), cluster.Name, cluster.Born));
    }

    /// <summary>Logs in by the real programs.</summary>
    /// <returns>Why it does not work here; null if it does.</returns>
    private async Task<string?> TryAsync(Sshd sshd, CancellationToken stop)
    {
        _sshd = sshd;
        Files.UseReal();
        Refresh();
        if (_state.Servers.FirstOrDefault(s => s.IsUp && s.Addresses.Count > 0) is not { } first)
        {
            return "no controller is up";
        }

        if (await sshd.RefusalAsync(first.Id, stop) is { } refusal)
        {
            return refusal;
        }

        var (code, said) = await Programs.RunAsync(
            [Path.Combine(BinFolder, "ssh"), "-T", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=accept-new", "-o",
                "UserKnownHostsFile=" + Path.Combine(Folder, "trial"), "-i", KeyFile, "-l", User, "--", first.Addresses[0], "exit 0"],
            Patience, stop);
        if (code == 0)
        {
            return null;
        }

        foreach (var door in _doors.Values)
        {
            await door.DisposeAsync();
        }

        _doors.Clear();
        return "ssh: " + said;
    }

    private void Set(Action change)
    {
        lock (_gate)
        {
            change();
        }

        Refresh();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Look);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                Refresh();
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }
}
