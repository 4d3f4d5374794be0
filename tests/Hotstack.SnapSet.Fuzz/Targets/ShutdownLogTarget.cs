using Hotstack.Clusters.Suspend;
using Hotstack.Fuzz.Inputs;
using k8s.Models;

namespace Hotstack.Fuzz.Targets;

/// <summary>What a node says of its scheduled shutdown.</summary>
internal sealed class ShutdownLogTarget : FuzzTarget
{
    private static readonly ShutdownTimes Times = ShutdownTimes.After(Identity.Clock.GetUtcNow(), TimeSpan.FromMinutes(5),
        haveWorkers: false);
    private static readonly V1Node Master = new(
        ) { Metadata = new() { Name = "master0", Labels = new Dictionary<string, string> { ["node-role.kubernetes.io/master"] = "" } } };
    private static readonly string[] Parts = [$"USEC={Times.Masters.ToUnixTimeMilliseconds() * 1000}", "USEC=", "\n", "MODE=poweroff\n",
        "999999999999999999", "253402300799999999", "0", "-1", " ", "USEC=1", "WARN_WALL=1\n"];

    public override string Name => "shutdown-logs";

    public override byte[] Generate(Random random) => random.Next(5) == 0
        ? ByteMutation.Mutated(Bytes(Parts[0]), random)
        : Bytes(string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Pick(random.Next(2) == 0 ? Parts[..3] : Parts))));

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>
    {
        ["lines"] = length => string.Concat(Enumerable.Repeat("USEC=\n", length / 6)),
        ["blanks"] = length => string.Concat(Enumerable.Repeat("USEC=1 ", 1)) + new string(' ', length) + "x",
        ["digits"] = length => "USEC=" + new string('1', length),
    };

    public override Verdict Run(byte[] input) => Times.WhyNotArmed(Master, Text(input)) is null ? Verdict.Accepted : new("NotArmed");
}
