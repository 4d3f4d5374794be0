using System.Diagnostics;
using System.Net;
using Hotstack.Sandbox.Compute.HostKeys;

namespace Hotstack.Sandbox.Controllers;

/// <summary>
/// The machine's own sshd, run by the current user: one process for each connection (<c>sshd -i</c>), which ends with its input. Where the
/// system allows it, in a mount namespace whose hosts file knows the cluster of its own network.
/// </summary>
internal sealed class Sshd
{
    /// <summary>What may be put before a program to give it mounts of its own: as root, and as another user (util-linux).</summary>
    private static readonly string[][] Namespaces =
        [["unshare", "--mount"], ["unshare", "--user", "--map-current-user", "--keep-caps", "--mount"]];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _program;
    private readonly string _folder;
    private readonly string[] _prefix;
    private readonly string _name;
    private readonly Dictionary<string, HostKeySet> _written = [];
    private readonly Dictionary<string, string> _configs = [];

    private Sshd(string program, string folder, string[] prefix, string name, bool knowsNames)
    {
        (_program, _folder, _prefix, _name, KnowsNames) = (program, folder, prefix, name, knowsNames);
    }

    /// <summary>Whether it resolves the name of the cluster's API.</summary>
    public bool KnowsNames { get; }

    /// <summary>One that works here; otherwise why not.</summary>
    /// <param name="folder">Where its files go.</param>
    /// <param name="name">The name of the cluster's API.</param>
    /// <param name="stop">Ends the search.</param>
    public static async Task<(Sshd? Found, string? WhyNot)> FindAsync(string folder, string name, CancellationToken stop)
    {
        if (Programs.Find("sshd") is not { } program)
        {
            return (null, "there is no sshd on this machine");
        }

        if (Programs.Find("ssh") is null)
        {
            return (null, "there is no ssh on this machine");
        }

        var hosts = Path.Combine(folder, "hosts");
        PrivateFile.Write(hosts, HostsFile(name, IPAddress.Loopback));
        string[] session = Programs.Find("setsid") is { } setsid ? [setsid, "--wait"] : [];
        foreach (var space in Namespaces.Where(_ => OperatingSystem.IsLinux() && Programs.Find("unshare") is not null))
        {
            string[] trial = [.. space, "/bin/sh", "-c", "mount --bind \"$1\" /etc/hosts && cmp -s \"$1\" /etc/hosts", "sh", hosts];
            if ((await Programs.RunAsync(trial, Patience, stop)).Code == 0)
            {
                return (new Sshd(program, folder, [.. session, .. space], name, knowsNames: true), null);
            }
        }

        return (new Sshd(program, folder, session, name, knowsNames: false), null);
    }

    /// <summary>Whether it takes the configuration of a server.</summary>
    /// <returns>Why not; null if it does.</returns>
    public async Task<string?> RefusalAsync(string server, CancellationToken stop)
    {
        var (code, said) = await Programs.RunAsync([_program, "-t", "-f", ConfigOf(server)], Patience, stop);
        return code == 0 ? null : "sshd -t: " + said;
    }

    /// <summary>Writes the configuration and the host keys of a server, where they are other ones than before.</summary>
    /// <param name="server">The server.</param>
    /// <param name="state">What its sshd is made to do.</param>
    /// <param name="api">The address behind the name of the cluster's API, in the server's network.</param>
    /// <param name="home">The home of its user.</param>
    public void Write(ControllerServer server, ControllerState state, IPAddress api, string home)
    {
        var folder = FolderOf(server.Id);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            PrivateFile.Write(HostsOf(server.Id), HostsFile(_name, api));
        }

        if (_written.GetValueOrDefault(server.Id) != server.Keys)
        {
            foreach (var key in server.Keys.Keys)
            {
                PrivateFile.Write(Path.Combine(folder, $"ssh_host_{key.Kind}_key"), key.PrivateFile);
            }

            _written[server.Id] = server.Keys;
        }

        var keys = string.Concat(server.Keys.Keys.Select(k => $"HostKey {folder}/ssh_host_{k.Kind}_key\n"));
        var config = keys + $"""
            StrictModes no
            AuthorizedKeysFile {(state.RefusesKeys ? "none" : _folder + "/key.pub")}
            AllowUsers {Environment.UserName}
            PermitRootLogin yes
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            AllowTcpForwarding {(state.ForbidsForwarding ? "no" : "yes")}
            SetEnv HOME={home} USER={SandboxController.User} LOGNAME={SandboxController.User}
            ForceCommand {_folder}/login
            PidFile none
            UseDNS no
            PrintMotd no

            """;
        if (_configs.GetValueOrDefault(server.Id) != config)
        {
            PrivateFile.Write(ConfigOf(server.Id), _configs[server.Id] = config);
        }
    }

    public void Forget(string server)
    {
        _written.Remove(server);
        _configs.Remove(server);
        Directory.Delete(FolderOf(server), recursive: true);
    }

    /// <summary>Serves a connection by its standard input and output.</summary>
    public Process Start(string server)
    {
        var script = (KnowsNames ? "mount --bind \"$1\" /etc/hosts && " : "") + "exec \"$2\" -i -f \"$3\" -E \"$4\" 2>>\"$4\"";
        return Programs.Start([.. _prefix, "/bin/sh", "-c", script, "sh",
            HostsOf(server), _program, ConfigOf(server), Path.Combine(_folder, "sshd.log")]);
    }

    private static string HostsFile(string name, IPAddress address) =>
        $"{address} {name}\n{(File.Exists("/etc/hosts") ? File.ReadAllText("/etc/hosts") : "")}";

    private string HostsOf(string server) => Path.Combine(FolderOf(server), "hosts");

    private string FolderOf(string server) => Path.Combine(_folder, "servers", server);

    private string ConfigOf(string server) => Path.Combine(FolderOf(server), "sshd_config");
}
