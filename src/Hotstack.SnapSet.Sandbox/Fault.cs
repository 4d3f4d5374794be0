using System.Text.Json.Serialization;

namespace Hotstack.Sandbox;

/// <summary>What a <see cref="Fault"/> does.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))]
public enum FaultKind
{
    /// <summary>Answers <see cref="Fault.Status"/> instead of doing the work.</summary>
    Status,

    /// <summary>Answers <see cref="Fault.Status"/> and quotes the request, token and body and all, plainly and encoded.</summary>
    Echo,

    /// <summary>Does the work after <see cref="Fault.Delay"/>.</summary>
    Delay,

    /// <summary>Cuts the connection without doing the work.</summary>
    Reset,

    /// <summary>Does the work, then cuts the connection instead of answering.</summary>
    LostAnswer,

    /// <summary>Does the work, answers with half a body, then cuts the connection; without a body, like <see cref="LostAnswer"/>.
    /// Of an upload: takes half of the data.</summary>
    Truncate,

    /// <summary>Answers nothing and does nothing until the client gives up.</summary>
    Hang,

    /// <summary>Does the work, then answers nothing until the client gives up.</summary>
    HangAfterWork,

    /// <summary>Does the work, answers with half a body as if that were all of it.</summary>
    HalfBody,

    /// <summary>Of an image's data, on its way up or down: half of it, then nothing until the client gives up.</summary>
    Stall,

    /// <summary>Of an image's data, on its way up or down: one byte is another.</summary>
    AlterByte,

    /// <summary>Of an upload: half of it is taken for the whole.</summary>
    TakeHalf,

    /// <summary>Of an upload: takes all of it and answers <see cref="Fault.Status"/>, as a proxy does that lost patience; the image
    /// is <c>saving</c> for <see cref="Fault.StoredAfter"/> more.</summary>
    StoreLater,

    /// <summary>Does the work, answers with a body that means nothing.</summary>
    Garbage,

    /// <summary>Does the work, answers as <c>text/plain</c>.</summary>
    WrongContentType,

    /// <summary>All tokens are expired when the call comes in.</summary>
    ExpireTokens,

    /// <summary>All tokens are revoked when the call comes in.</summary>
    RevokeTokens,

    /// <summary>What is made from this call on is missed by reads for <see cref="Fault.Delay"/> after it was made, by its id (404) and in
    /// lists: they come to a replica of the database that has not got it yet. The work that is going on sees it.</summary>
    Lag,

    /// <summary>The same of lists alone.</summary>
    ListLag,

    /// <summary>The snapshot fails on the host: Nova deletes the image, the server is idle.</summary>
    KillSnapshot,

    /// <summary>The host forgets the snapshot: the server is idle, the image stays queued.</summary>
    StuckSnapshot,

    /// <summary>The project's quota refuses it: of an image as for <see cref="KillSnapshot"/>, of a volume by a 403.</summary>
    SnapshotQuota,

    /// <summary>Cinder takes the order for a snapshot of a volume of the server, and fails: it goes to <c>error</c>.</summary>
    FailVolumeSnapshot,

    /// <summary>A server that a stack builds goes to ERROR, for <see cref="Fault.Body"/> or want of a host.</summary>
    NoValidHost,
}

/// <summary>
/// Something that goes wrong on request. The conditions say which calls count; of those the
/// <see cref="Nth"/> and, if <see cref="Times"/> is more than 1, those after it are hit. Of several faults
/// that could hit a call the first does; the others wait for the next. The three
/// snapshot kinds count accepted createImage calls instead, <see cref="FaultKind.FailVolumeSnapshot"/> the snapshots that Cinder makes,
/// and <see cref="FaultKind.NoValidHost"/> servers that are built; they look only at <see cref="Server"/>.
/// </summary>
public sealed record Fault
{
    public required FaultKind Kind { get; init; }

    /// <summary>The service's name as in <see cref="Call.Service"/>.</summary>
    public string? Service { get; init; }

    public string? Method { get; init; }

    /// <summary>A regular expression found in the path.</summary>
    public string? Path { get; init; }

    /// <summary>A key at the top of the JSON body, such as <c>createImage</c> or <c>os-stop</c>.</summary>
    public string? Action { get; init; }

    /// <summary>The name of the server that is snapshotted or built, or of its resource.</summary>
    public string? Server { get; init; }

    /// <summary>Which matching call is the first to be hit, from 1.</summary>
    public int Nth { get; init; } = 1;

    /// <summary>How many matching calls are hit; 0 is every one from the nth on.</summary>
    public int Times { get; init; } = 1;

    public int Status { get; init; } = 500;

    /// <summary>The body to answer with; without one, the service's usual one for the status.</summary>
    public string? Body { get; init; }

    /// <summary>Headers to answer with, such as <c>Retry-After</c>.</summary>
    public Dictionary<string, string>? Headers { get; init; }

    /// <summary>How long to wait first, by the cloud's clock, for any kind but the two lags, of which it is the length.</summary>
    [JsonIgnore]
    public TimeSpan Delay { get; init; }

    /// <summary><see cref="Delay"/> in seconds.</summary>
    public double DelaySeconds { get => Delay.TotalSeconds; init => Delay = TimeSpan.FromSeconds(value); }

    /// <summary>For <see cref="FaultKind.StoreLater"/>.</summary>
    [JsonIgnore]
    public TimeSpan StoredAfter { get; init; }

    internal bool IsLag => Kind is FaultKind.Lag or FaultKind.ListLag;

    internal bool IsOfVolumeSnapshots => Kind is FaultKind.FailVolumeSnapshot;

    internal bool IsBehindApi => IsOfSnapshots || IsOfVolumeSnapshots || Kind == FaultKind.NoValidHost;

    internal bool IsOfSnapshots => Kind is FaultKind.KillSnapshot or FaultKind.StuckSnapshot or FaultKind.SnapshotQuota;
}
