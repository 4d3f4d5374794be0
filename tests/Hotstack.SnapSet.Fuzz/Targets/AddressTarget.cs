using Hotstack.Configuration;
using Hotstack.Fuzz.Inputs;
using Hotstack.OpenShift.Configuration;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.Fuzz.Targets;

/// <summary>Addresses of services, as files and catalogues have them.</summary>
internal sealed class AddressTarget : FuzzTarget
{
    private static readonly string[] Parts =
    [
        "https://", "http://", "cloud.example", ":5000", "/v3", "/v2.1", "/identity", "/", "//", "?a=b", "#c", "user:pw@", "[::1]", "%2e",
            "..", "\u00e4", " ", "{region_name}", ":99999", "\\", "/v1/abc", "127.0.0.1", "@", "file:", "HTTPS://", "\u3002", "xn--", "%00",
            "%",
    ];

    private static readonly CloudEntry Cloud = new("lab", new DocMap(new SourceMark("c", "CloudConfigInvalid")), "clouds.yaml");

    public override string Name => "addresses";

    public override IReadOnlyList<byte[]> Hostile => [.. Growing.Values.Select(make => Bytes(make(400_000)))];

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>
    {
        ["path"] = length => "http://a" + string.Concat(Enumerable.Repeat("/b", length / 2)),
        ["versions"] = length => "http://a" + string.Concat(Enumerable.Repeat("/v1", length / 3)),
        ["host"] = length => "http://" + string.Concat(Enumerable.Repeat("a.", length / 2)),
        ["user"] = length => "http://" + new string('a', length) + "@b",
        ["slashes"] = length => "http://a" + new string('/', length),
        ["percents"] = length => "http://a/" + string.Concat(Enumerable.Repeat("%41", length / 3)),
    };

    public override byte[] Generate(Random random) => Bytes(
        (random.Next(4) > 0 ? random.Pick(["https://cloud.example", "http://cloud.example:5000"]) : "")
            + string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => random.Pick(Parts)))
        + (random.Next(12) == 0 ? Vocabulary.Scalar(random) : ""));

    public override Verdict Run(byte[] input) => Verdict.Of(() =>
    {
        string text = Text(input);
        ServerAddress.OrNull(text)?.ToString();
        _ = Uri.TryCreate(text, UriKind.Absolute, out Uri? listed) && listed.Scheme is "http" or "https"
            ? EndpointAddress.Of("compute", listed!, "p") : null;
        var address = new Uri(ServiceUrl.CheckAuthUrl(text, Cloud));
        foreach (string service in ServiceTypeNames.Used)
        {
            Uri made = EndpointAddress.Of(service, address, "project");
            CheckFailedException.Unless(made.Authority == address.Authority && made.Scheme == address.Scheme, $"{made} is elsewhere");
        }
    });
}
