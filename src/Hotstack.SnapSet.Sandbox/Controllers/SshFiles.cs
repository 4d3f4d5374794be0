using System.Globalization;
using System.Text;
using Hotstack.Sandbox.Compute.HostKeys;

namespace Hotstack.Sandbox.Controllers;

/// <summary>The files of a controller: the key, the home, and the <c>ssh</c> that leads there.</summary>
internal sealed class SshFiles
{
    /// <summary>A port of loopback where nobody listens.</summary>
    private const int NobodysPort = 1;

    private readonly string _folder;
    private readonly string _kubeconfig;
    private string _config = "";

    public SshFiles(string folder, string kubeconfig)
    {
        (_folder, _kubeconfig) = (folder, kubeconfig);
        foreach (var name in (string[])["bin", "home/.kube", "servers"])
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
        }

        var key = SshKey.NewEd25519();
        PrivateFile.Write(Key, key.PrivateFile);
        PrivateFile.Write(Key + ".pub", $"{key.Line} {SandboxController.User}@sandbox\n");
        PrivateFile.Write(Path.Combine(Home, ".kube", "config"), kubeconfig);
        PrivateFile.Write(Path.Combine(folder, "login"), $$"""
            #!/bin/sh
            cd "$HOME" && exec /bin/sh -c "${SSH_ORIGINAL_COMMAND:-exec /bin/sh}"

            """, isProgram: true);
    }

    public string Bin => Path.Combine(_folder, "bin");

    public string Home => Path.Combine(_folder, "home");

    public string Key => Path.Combine(_folder, "key");

    private string KnownHosts => Path.Combine(_folder, "known_hosts");

    private string Config => Path.Combine(_folder, "ssh_config");

    private string Program => Path.Combine(Bin, "ssh");

    /// <summary>A home of its own for a server, whose kubeconfig has another API.</summary>
    /// <returns>Its path.</returns>
    public string OtherHome(string server, string api, string other)
    {
        var home = Path.Combine(_folder, "homes", server);
        if (!Directory.Exists(home))
        {
            Directory.CreateDirectory(Path.Combine(home, ".kube"));
            PrivateFile.Write(Path.Combine(home, ".kube", "config"), _kubeconfig.Replace(api, other, StringComparison.Ordinal));
        }

        return home;
    }

    /// <summary>An <c>ssh</c> that is the sandbox's own, asking at a port.</summary>
    public void UseStub(int port, bool showsKey)
    {
        string[] options = ["--door", port.ToString(CultureInfo.InvariantCulture), "--home", Home, "--known-hosts", KnownHosts,
            .. showsKey ? (string[])["--key", Key] : []];
        PrivateFile.Write(Program, $"""
            #!/bin/sh
            exec {string.Join(' ', Programs.Own.Append(Client.SshClientCommand.Verb).Concat(options).Select(Shell))} -- "$@"

            """, isProgram: true);
    }

    /// <summary>
    /// The machine's <c>ssh</c> with a configuration of ours. Its sshd knows no user but the one that runs it, who therefore stands in
    /// for the controller's, and is unknown by the own name.
    /// </summary>
    public void UseReal()
    {
        var (user, me) = (SandboxController.User, Environment.UserName);
        var (ours, other) = (Shell(me), Shell("not-" + me));
        var map = user == me ? "" : $$"""
            case $before in -l) case $word in
              {{user}}) word={{ours}} ;;
              {{ours}}) word={{other}} ;;
            esac ;; esac
            case $word in
              User={{user}}) word=User={{ours}} ;;
              {{user}}@*) word={{ours}}@${word#*@} ;;
              {{ours}}@*) word={{other}}@${word#*@} ;;
            esac

            """;
        PrivateFile.Write(Program, $"""
            #!/bin/sh
            left=$# before=
            while [ "$left" -gt 0 ]; do
            word=$1
            shift
            {map}set -- "$@" "$word"
            before=$word left=$((left - 1))
            done
            exec {Shell(Programs.Find("ssh")!)} -F {Shell(Config)} "$@"

            """, isProgram: true);
    }

    /// <summary>Has <c>ssh</c> find the controllers at their ports; other addresses of the cloud are refused, and asked nowhere.</summary>
    public void WriteConfig(IEnumerable<(ControllerServer Server, int Port)> doors, ControllerState state, bool showsKey)
    {
        var text = new StringBuilder();
        foreach (var (server, port) in doors)
        {
            foreach (var address in server.Addresses)
            {
                foreach (var (name, _) in state.Aliases.Where(a => a.Address == address))
                {
                    Host(text, name, port, Environment.UserName);
                }

                Host(text, address, port, "not-" + Environment.UserName);
            }
        }

        Host(text, string.Join(' ', state.Outside.Select(start => start + "*")), NobodysPort, "nobody");
        text.Append(CultureInfo.InvariantCulture, $"""
            Host *
              {(showsKey ? $"IdentityFile \"{Key}\"" : "IdentityFile none")}
              IdentityAgent none
              UserKnownHostsFile "{KnownHosts}"
              GlobalKnownHostsFile /dev/null

            """);
        if (text.ToString() is var config && config != _config)
        {
            PrivateFile.Write(Config, _config = config);
        }
    }

    /// <summary>A word of a shell's command.</summary>
    private static string Shell(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static void Host(StringBuilder text, string names, int port, string user) => text.Append(CultureInfo.InvariantCulture, $"""
        Host {names}
          HostName 127.0.0.1
          Port {port}
          User {user}

        """);
}
