using Hotstack.Sandbox.Compute;

namespace Hotstack.Sandbox;

/// <summary>Which Hotstack deployment a new sandbox holds.</summary>
public enum Scenario
{
    /// <summary>Controller, three masters, two workers; stack <c>hs-multi</c>.</summary>
    Multi,

    /// <summary>Controller and one master with data volumes; stack <c>hs-sno</c>.</summary>
    Sno,

    /// <summary>Flavors, networks and base images only.</summary>
    Empty,
}

/// <summary>What becomes of a request for a part of an image.</summary>
public enum ImageRanges
{
    /// <summary>206 with the part.</summary>
    Given,

    /// <summary>200 with the whole, as from a proxy or cache that does not know of it.</summary>
    Ignored,

    /// <summary>400, as from a store that cannot do it.</summary>
    Refused,
}

/// <summary>How a sandbox is made.</summary>
public sealed record SandboxOptions
{
    /// <summary>Sizes of images that can be told apart in a table of megabytes, and be moved in seconds.</summary>
    public const long ShownBytesPerGiB = 256 << 10;

    /// <summary>The loopback port; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>What is deployed in the cloud at the start.</summary>
    public Scenario Scenario { get; init; } = Scenario.Multi;

    /// <summary>What is deployed instead of a scenario; null for the scenario.</summary>
    public SandboxDeployment? Deployment { get; init; }

    /// <summary>How many masters the cluster of <see cref="Scenario.Multi"/> has, 10 at most.</summary>
    public int Masters { get; init; } = 3;

    /// <summary>How many workers the cluster of <see cref="Scenario.Multi"/> has, 200 at most.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>The cloud's time. A test shares its manual clock with the client.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>What ids are made of: the same number, the same ids.</summary>
    public int Seed { get; init; } = Seeds.Seed.Number;

    /// <summary>How many times faster than <see cref="Durations"/> say things happen. Dates are not scaled, nor is the
    /// life of tokens; certificates are renewed so many times sooner.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>How long things take.</summary>
    public SandboxDurations Durations { get; init; } = new();

    /// <summary>How long the cluster takes for what it does.</summary>
    public ClusterDurations ClusterDurations { get; init; } = new();

    /// <summary>
    /// How long before the sandbox's start the cluster was installed: what its certificates depend on. At the default
    /// every kubelet has renewed its own not long ago.
    /// </summary>
    public TimeSpan ClusterAge { get; init; } = TimeSpan.FromDays(45);

    /// <summary>The loopback port of the cluster's API; 0 takes any free one.</summary>
    public int KubePort { get; init; }

    /// <summary>What cloud-init writes to the consoles of host keys.</summary>
    public ConsoleKeys ConsoleKeys { get; init; } = ConsoleKeys.All;

    /// <summary>Nova's newest microversion is <c>2.</c> this.</summary>
    public int NovaMinor { get; init; } = 93;

    /// <summary>Nova's <c>max_concurrent_snapshots</c>.</summary>
    public int SnapshotsPerHost { get; init; } = 5;

    /// <summary>
    /// How many bytes an image has for each GiB that the disk holds. Images can be downloaded, and their hashes are those of
    /// their bytes, so that real sizes would take real times.
    /// </summary>
    public long ImageBytesPerGiB { get; init; } = 64 << 10;

    /// <summary>Whether uploads are kept. If not, only their length and hashes are, which takes neither memory nor disk, and such an image
    /// cannot be downloaded.</summary>
    public bool KeepUploads { get; init; } = true;

    /// <summary>Glance's <c>hashing_algorithm</c>: <c>sha512</c>, <c>sha256</c>, null for none, or a name that nobody knows.</summary>
    public string? ImageHash { get; init; } = "sha512";

    /// <summary>Whether Glance tells the MD5 of images.</summary>
    public bool ImageChecksum { get; init; } = true;

    /// <summary>What it tells instead of the MD5; null for the MD5 itself.</summary>
    public string? ImageChecksumText { get; init; }

    /// <summary>Whether Glance tells the size of images, and not <c>null</c>.</summary>
    public bool ImageSizes { get; init; } = true;

    /// <summary>What Glance's store does when it is asked for a part of an image.</summary>
    public ImageRanges ImageRanges { get; init; } = ImageRanges.Given;

    /// <summary>Volumes stay clones of the snapshot that they were made from, which cannot be deleted meanwhile (RBD).</summary>
    public bool VolumesAreClones { get; set; }

    /// <summary>What a project may have.</summary>
    public SandboxQuotas Quotas { get; init; } = new();

    /// <summary>
    /// Whether Nova carries a service token beside the user's, so that a token which expires during an
    /// upload does no harm. A revoked one always does.
    /// </summary>
    public bool ServiceTokens { get; init; } = true;

    /// <summary>Whether the call log keeps request bodies (with secrets masked).</summary>
    public bool RecordBodies { get; init; } = true;
}

/// <summary>How long the cloud takes for what it does after it has answered.</summary>
public sealed record SandboxDurations
{
    public TimeSpan Stop { get; init; } = TimeSpan.FromSeconds(3);

    public TimeSpan Start { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>From a server's ACTIVE to its sshd. cloud-init prints the host keys a third of it later.</summary>
    public TimeSpan GuestBoot { get; init; } = TimeSpan.FromSeconds(3);

    public TimeSpan Reboot { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan Delete { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Task state <c>image_snapshot_pending</c>: until the compute host has the request.</summary>
    public TimeSpan SnapshotRequest { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Task states <c>image_snapshot</c> and, of a running server, <c>image_pending_upload</c>.</summary>
    public TimeSpan SnapshotPending { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Task state <c>image_uploading</c>, whatever the size.</summary>
    public TimeSpan SnapshotUploadBase { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Task state <c>image_uploading</c>, for each GiB on the disk.</summary>
    public TimeSpan SnapshotUploadPerGiB { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>From the image's <c>active</c> to the server's idle.</summary>
    public TimeSpan SnapshotFinish { get; init; } = TimeSpan.FromSeconds(0.5);

    public TimeSpan VolumeSnapshot { get; init; } = TimeSpan.FromSeconds(4);

    public TimeSpan VolumeSnapshotDelete { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>From a server's creation to its ACTIVE.</summary>
    public TimeSpan ServerBuild { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>From a volume's creation to its <c>available</c>.</summary>
    public TimeSpan VolumeCreate { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What Heat takes for a resource beyond what the resource itself takes.</summary>
    public TimeSpan StackResource { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan TokenLife { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>Limits of a project; null is none.</summary>
public sealed record SandboxQuotas
{
    /// <summary>How many images; one over it, a snapshot's image vanishes.</summary>
    public int? Images { get; init; }

    /// <summary>Bytes of image data, with the same effect.</summary>
    public long? ImageBytes { get; init; }

    /// <summary>How many images may get their data at the same time.</summary>
    public int? ImageUploads { get; init; }

    /// <summary>Whether Glance tells the limits (<c>GET /v2/info/usage</c>), as it does where they are Keystone's.</summary>
    public bool AreTold { get; init; }

    /// <summary>How many Cinder snapshots; one over it, Nova and Cinder refuse.</summary>
    public int? VolumeSnapshots { get; init; }

    public int? Instances { get; init; } = 40;

    public int? Cores { get; init; } = 400;

    /// <summary>MiB of memory of all servers together.</summary>
    public int? Ram { get; init; } = 1024000;

    public int? Volumes { get; init; } = 100;

    /// <summary>GiB of all volumes and Cinder snapshots together.</summary>
    public int? VolumeGigabytes { get; init; } = 10000;

    /// <summary>How many networks, and how many subnets.</summary>
    public int? Networks { get; init; } = 100;

    public int? Ports { get; init; } = 500;

    public int? Routers { get; init; } = 10;

    public int? FloatingIps { get; init; } = 50;
}
