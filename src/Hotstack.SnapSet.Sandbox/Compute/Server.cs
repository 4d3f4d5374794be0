using Hotstack.Sandbox.Networking;
using Hotstack.Sandbox.Volumes;

namespace Hotstack.Sandbox.Compute;

/// <summary>A size of servers.</summary>
public sealed record Flavor(string Id, string Name, int Ram, int Vcpus, int Disk);

/// <summary>A public key for servers.</summary>
internal sealed record KeyPair(string Name, string PublicKey, string UserId);

/// <summary>A line in a server's history.</summary>
public sealed class InstanceAction
{
    public required string Action { get; init; }

    public required string RequestId { get; init; }

    public required string UserId { get; init; }

    public required DateTimeOffset StartTime { get; init; }

    public DateTimeOffset UpdatedAt { get; internal set; }

    /// <summary>"Error" if it failed, else null: all a user learns of a snapshot that failed on the host.</summary>
    public string? Message { get; internal set; }
}

/// <summary>A server as Nova keeps it.</summary>
public sealed class Server
{
    private bool _wasOn = true;

    public required string Id { get; init; }

    public required string Name { get; set; }

    /// <summary>What its template calls it; null if no stack made it.</summary>
    public string? Resource { get; internal set; }

    /// <summary>The stack that made it; null if none did.</summary>
    internal string? StackId { get; set; }

    /// <summary>The name of its guest: its template's, if it has one.</summary>
    public string GuestName => Resource ?? Name;

    public required string ProjectId { get; init; }

    public required string UserId { get; init; }

    public required Flavor Flavor { get; set; }

    /// <summary>The compute host it runs on; users see only a hash of it.</summary>
    public required string Host { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; internal set; }

    /// <summary>Its cell cannot be reached: Nova knows its id and whose it is, and nothing else.</summary>
    public bool IsInDownCell { get; internal set; }

    /// <summary>What it boots from; a volume-backed server's is its root volume's.</summary>
    public GuestDisk Disk { get; internal set; } = GuestDisk.New("");

    /// <summary>The image it was booted from; null if it boots from a volume.</summary>
    public string? ImageId { get; internal set; }

    /// <summary>Properties of the base image, which its snapshots inherit.</summary>
    public SortedDictionary<string, string> ImageProperties { get; } = new(StringComparer.Ordinal);

    /// <summary>What its disk holds, and so the size of its snapshot.</summary>
    public long DiskBytes { get; internal set; }

    /// <summary><c>active</c>, <c>stopped</c>, <c>paused</c>, <c>suspended</c>, <c>error</c>, <c>building</c>.</summary>
    public string VmState
    {
        get;
        internal set
        {
            field = value;
            NotePower();
        }
    } = "active";

    /// <summary>What Nova is doing with it; null if nothing.</summary>
    public string? TaskState
    {
        get;
        internal set
        {
            field = value;
            NotePower();
        }
    }

    public bool Locked { get; internal set; }

    public bool Deleted
    {
        get;
        internal set
        {
            field = value;
            NotePower();
        }
    }

    public List<InstanceAction> Actions { get; } = [];

    internal List<Port> Ports { get; } = [];

    internal List<Volume> Volumes { get; } = [];

    internal Dictionary<string, string> Metadata { get; } = [];

    internal string? KeyName { get; init; }

    /// <summary>What cloud-init is given, as text.</summary>
    public string UserData { get; init; } = "";

    internal ServerConsole Console { get; } = new();

    internal bool ConfigDrive { get; init; }

    /// <summary>Why it is in error; null if it is not.</summary>
    internal string? Fault { get; set; }

    /// <summary>What users see as its state; a snapshot does not show in it.</summary>
    public string Status => (VmState, TaskState) switch
    {
        (_, "rebuilding") => "REBUILD",
        ("active", "rebooting") => "REBOOT",
        ("active", "reboot_started_hard") => "HARD_REBOOT",
        ("active", _) => "ACTIVE",
        ("stopped", _) => "SHUTOFF",
        ("paused", _) => "PAUSED",
        ("suspended", _) => "SUSPENDED",
        ("rescued", _) => "RESCUE",
        ("building", _) => "BUILD",
        ("error", _) => "ERROR",
        _ => "UNKNOWN",
    };

    internal int PowerState => VmState switch { "active" => 1, "paused" => 3, "stopped" => 4, "suspended" => 4, _ => 0 };

    /// <summary>Whether its guest runs.</summary>
    internal bool IsOn => !Deleted && VmState == "active" && TaskState is not ("rebooting" or "reboot_started_hard" or "rebuilding");

    /// <summary>What wants to know when <see cref="IsOn"/> changes; told on the cloud's time.</summary>
    internal Action? PowerChanged { get; set; }

    /// <summary>Whether a test, a fault or the admin endpoint means it by this name.</summary>
    internal bool Is(string name) => Name == name || Resource == name;

    private void NotePower()
    {
        if (IsOn != _wasOn)
        {
            _wasOn = IsOn;
            PowerChanged?.Invoke();
        }
    }
}
