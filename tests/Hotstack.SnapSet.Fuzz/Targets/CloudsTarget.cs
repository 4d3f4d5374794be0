using Hotstack.Fuzz.Inputs;
using Hotstack.OpenStack.Configuration;
using Hotstack.OpenStack.Identity;

namespace Hotstack.Fuzz.Targets;

/// <summary><c>clouds.yaml</c>, with a <c>secure.yaml</c> and a <c>clouds-public.yaml</c> beside it.</summary>
internal sealed class CloudsTarget : FuzzTarget
{
    private const int MostClouds = 3;

    /// <summary>The last has what files hold in place of their paths, and is refused unless something of it is lost.</summary>
    private static readonly Tree[] Examples = Corpus.Trees("clouds.yaml", "clouds.yaml", "clouds.yaml", "clouds.yaml",
        "clouds-contents.yaml");
    private static readonly byte[] Secure = Bytes(Corpus.Text("secure.yaml").Replace("SECRET", Secret.Marker, StringComparison.Ordinal));

    public override string Name => "clouds";

    public override IReadOnlyList<byte[]> Hostile => [.. Bombs.Yaml, Bytes(Expanding(900_000))];

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>(
        Bombs.GrowingYaml)
    {
        ["fields"] = Expanding,
        ["clouds"] = length => "clouds:\n" + string.Concat(Enumerable.Range(0, length / 20).Select(i => $"  c{i}: {{auth: {{}}}}\n")),
    };

    public override byte[] Generate(Random random) => TreeInputs.YamlOrJson(Examples, random);

    public override Verdict Run(byte[] input) => Verdict.Of(() =>
    {
        var sources = new Sources { ["/w/clouds.yaml"] = input, ["/w/secure.yaml"] = Secure, ["/w/clouds-public.yaml"] = Secure };
        var loader = new CloudConfigurationLoader(sources.Build());
        IReadOnlyList<string> names = loader.CloudNames();
        foreach (string? name in names.Take(MostClouds).DefaultIfEmpty<string?>(null))
        {
            loader.RegionNames(name);
            Use(loader.Load(name, null, new WatchedActivity()));
        }
    });

    /// <summary>Asks all that a connection asks.</summary>
    public static void Use(CloudConfiguration cloud)
    {
        Secret.MustNotBeIn(cloud.ToString());
        Secret.MustNotBeIn(cloud.Tls.ToString());
        foreach (string service in ServiceTypeNames.Used)
        {
            cloud.Interfaces(service);
            cloud.ApiVersion(service);
            cloud.DefaultMicroversion(service);
            cloud.RegionOf(service);
            if (cloud.EndpointOverride(service) is { } address)
            {
                OpenStack.EndpointAddress.Of(service, new Uri(address), "project");
            }
        }

        if (cloud.UsesKeystone)
        {
            Secret.MustNotBeIn(TokenRequest.From(cloud).ToString());
        }
    }

    /// <summary>Fields that name a long one again and again.</summary>
    private static string Expanding(int length) =>
        $"clouds:\n  a:\n    auth: {{auth_url: 'http://a', username: a, password: b}}\n    x: {new string('x', length / 2)}\n"
        + $"    y: \"{string.Concat(Enumerable.Repeat("{x}", length / 6))}\"\n";
}
