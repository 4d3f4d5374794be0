using System.Globalization;
using System.Text;
using Hotstack.Sandbox.Compute.HostKeys;

namespace Hotstack.Sandbox.Compute;

/// <summary>What a server has printed on its serial console since it was last switched on: QEMU empties the log when it starts
/// (Nova: libvirt's <c>append</c> of the log is off).</summary>
internal sealed class ServerConsole
{
    /// <summary>What Nova keeps of it at most.</summary>
    private const int Most = 100 << 10;

    private const string Rule = "#############################################################";

    private const double SshdStart = 3;

    private HostKeySet? _made;

    /// <summary>When it was last switched on.</summary>
    public DateTimeOffset? BootedAt { get; private set; }

    /// <summary>What it tells of the host keys when it boots next.</summary>
    public ConsoleKeys Keys { get; set; }

    /// <summary>
    /// Begins anew, as the guest on the disk does. cloud-init makes and prints host keys once for each instance (cc_ssh and
    /// cc_keys_to_console are <c>PER_INSTANCE</c>), and a copy of a disk on another server is another instance.
    /// </summary>
    public void Boot(Server server, DateTimeOffset now)
    {
        BootedAt = now;
        _made = null;
        if (server.Disk.InstanceId != server.Id)
        {
            server.Disk.InstanceId = server.Id;
            server.Disk.HostKeys = _made = new HostKeySet();
        }
    }

    /// <summary>What has been printed by now.</summary>
    /// <param name="server">Whose console it is.</param>
    /// <param name="isNode">Whether CoreOS runs on it, which has no cloud-init.</param>
    /// <param name="progress">How far its boot has come: 1 when its sshd listens.</param>
    public string Read(Server server, bool isNode, double progress)
    {
        if (BootedAt is not { } bootedAt)
        {
            return "";
        }

        var lines = new List<(double At, string Text)>();
        void Add(double seconds, string text) => lines.Add((seconds / SshdStart, text));

        Add(0, "[    0.000000] Linux version 5.14.0-570.el9.x86_64 (mockbuild@x86-05.example)");
        Add(0, "[    0.000000] Command line: BOOT_IMAGE=(hd0,gpt3)/boot/vmlinuz root=LABEL=root console=tty0 console=ttyS0,115200n8");
        Add(0.9, "[    0.912304] systemd[1]: Detected virtualization kvm.");
        if (isNode)
        {
            Add(4, "Red Hat Enterprise Linux CoreOS");
            Add(4, $"{server.Name} login: ");
        }
        else
        {
            CloudInit(server, bootedAt, Add);
        }

        var text = new StringBuilder();
        foreach (var (_, line) in lines.Where(l => l.At <= progress))
        {
            text.Append(line).Append("\r\n");
        }

        return text.Length > Most ? text.ToString(text.Length - Most, Most) : text.ToString();
    }

    /// <summary>
    /// cloud-init's lines. The host keys come in its last stage, seconds after sshd has begun to listen; the tool that prints them
    /// has the fingerprints' lines from logger and the keys' from echo (cloud-init: write-ssh-key-fingerprints).
    /// </summary>
    private void CloudInit(Server server, DateTimeOffset bootedAt, Action<double, string> add)
    {
        string At(string format, double seconds) =>
            (bootedAt + TimeSpan.FromSeconds(seconds)).ToString(format, CultureInfo.InvariantCulture);

        add(2, $"[    2.412077] cloud-init[712]: Cloud-init v. 24.4-4.el9 running 'init' at {At("ddd, dd MMM yyyy HH:mm:ss", 2)} +0000. Up 2.41 seconds.");
        add(SshdStart, "[  OK  ] Started OpenSSH server daemon.");
        if (_made is not null && Keys != ConsoleKeys.None)
        {
            var stamp = $"<14>{At("MMM", 4)} {At("%d", 4),2} {At("HH:mm:ss", 4)} cloud-init: ";
            add(4, "ci-info: no authorized SSH keys fingerprints found for user zuul.");
            add(4, stamp + Rule);
            add(4, stamp + "-----BEGIN SSH HOST KEY FINGERPRINTS-----");
            foreach (var key in _made.Keys)
            {
                add(4, $"{stamp}{key.Bits} {key.Fingerprint} root@{server.Name} ({key.Kind.ToUpperInvariant()})");
            }

            add(4, stamp + "-----END SSH HOST KEY FINGERPRINTS-----");
            add(4, stamp + Rule);
        }

        if (_made is not null && Keys == ConsoleKeys.All)
        {
            add(4, "-----BEGIN SSH HOST KEY KEYS-----");
            foreach (var key in _made.Keys)
            {
                add(4, $"{key.Line} root@{server.Name}");
            }

            add(4, "-----END SSH HOST KEY KEYS-----");
        }

        add(4, $"[    4.310277] cloud-init[931]: Cloud-init v. 24.4-4.el9 finished at {At("ddd, dd MMM yyyy HH:mm:ss", 4)} +0000."
            + " Datasource DataSourceConfigDrive [net,ver=2][source=/dev/sr0].  Up 4.31 seconds");
        add(4, "");
        add(4, "CentOS Stream 9");
        add(4, "Kernel 5.14.0-570.el9.x86_64 on an x86_64");
        add(4, "");
        add(4, $"{server.Name} login: ");
    }
}
