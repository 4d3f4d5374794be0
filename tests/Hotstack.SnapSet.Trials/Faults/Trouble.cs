using System.Globalization;
using System.Text.RegularExpressions;
using Hotstack.Sandbox;

namespace Hotstack.Trials.Faults;

/// <summary>What goes wrong with one call, or with it and all later ones of its shape.</summary>
internal sealed partial record Trouble(string Name, FaultKind? Kind, int Status = 0)
{
    private const string LastingMark = "+";

    /// <summary>The longest that a call is waited for where one hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Longer than any replica should take, and shorter than the product's patience.</summary>
    private static readonly TimeSpan LagTime = TimeSpan.FromSeconds(8);

    private static readonly Trouble[] Kinds =
    [
        new("Refused", null),
        new("Reset", FaultKind.Reset),
        new("ResetMidBody", FaultKind.Truncate),
        new("Hang", FaultKind.Hang),
        new("HangAfterWork", FaultKind.HangAfterWork),
        .. new[] { 401, 403, 404, 409, 429, 500, 502, 503 }
            .Select(status => new Trouble(status.ToString(CultureInfo.InvariantCulture), FaultKind.Status, status)),
        new("TruncatedJson", FaultKind.HalfBody),
        new("Garbage", FaultKind.Garbage),
        new("WrongContentType", FaultKind.WrongContentType),
        new("Lag", FaultKind.Lag),
        new("ListLag", FaultKind.ListLag),
    ];

    /// <summary>Each kind once, and for good those that force a run to give up: refusals, a service that is down, and one that does the
    /// work but never says so.</summary>
    public static IReadOnlyList<Trouble> All { get; } =
    [
        .. Kinds,
        .. Kinds.Where(k => k.Kind is null or FaultKind.Status or FaultKind.Truncate or FaultKind.Garbage)
            .Select(k => k with { Name = k.Name + LastingMark }),
    ];

    /// <summary>It hits the call and all later ones of its shape.</summary>
    public bool Lasts => Name.EndsWith(LastingMark, StringComparison.Ordinal);

    /// <summary>What the call makes is missed by reads for a while.</summary>
    public bool IsLag => Kind is FaultKind.Lag or FaultKind.ListLag;

    /// <summary>Only what makes something can lag. Kubernetes is left out: its reads are answered by etcd's majority.</summary>
    public bool Fits(Step step) => !IsLag || (step.Shape.Method == "POST" && LaggingServices().IsMatch(step.Shape.Path));

    /// <summary>The client has to give up by itself.</summary>
    public bool Hangs => Kind is FaultKind.Hang or FaultKind.HangAfterWork;

    /// <summary>The fault for a sandbox; null if the call does not get there.</summary>
    public Fault? FaultAt(Step step) => Kind is not { } kind ? null : new Fault
    {
        Kind = kind, Status = Status, Method = step.Shape.Method, Path = step.Shape.Pattern, Nth = step.Nth, Times = Lasts ? 0 : 1,
        Headers = Status == 429 ? new() { ["Retry-After"] = "2" } : null,
        // By the cloud's clock the time passes that the client waits.
        Delay = Hangs ? TimeSpan.FromMinutes(1) : IsLag ? LagTime : TimeSpan.Zero,
    };

    public override string ToString() => Name;

    [GeneratedRegex("^/(image|compute|volume|orchestration)/(?!.*/preview$)")]
    private static partial Regex LaggingServices();
}
