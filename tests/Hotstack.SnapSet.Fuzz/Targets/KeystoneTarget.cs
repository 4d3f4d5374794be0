using Hotstack.Fuzz.Inputs;
using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Identity;

namespace Hotstack.Fuzz.Targets;

/// <summary>A token with its catalogue, and Keystone's discovery: it leads to no other host.</summary>
internal sealed class KeystoneTarget : FuzzTarget
{
    private static readonly string[] Services = ["compute", "image", "network", "orchestration", "block-storage"];
    private static readonly string[] Interfaces = ["public", "internal"];
    private static readonly string[] Paths = ["v3", "/v3/", "//evil.example/v3", "http://evil.example/v3",
        "https://cloud.example//evil.example/v3", "/\\evil.example", "mailto:x", "?x", "#", "/..//evil.example/v3", "file:///v3",
        "https://cloud.example:99999/v3"];
    private static readonly Tree[] Examples = Corpus.Trees("keystone-token.json");
    private static readonly Tree[] Versions = Corpus.Trees("keystone-versions.json", "keystone-version.json");

    public override string Name => "keystone";

    public override IReadOnlyList<byte[]> Hostile => Bombs.Json;

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>(
        Bombs.GrowingJson)
    {
        ["endpoints"] = length => $"{{\"token\":{{\"catalog\":[{{\"type\":\"x\",\"endpoints\":[{string.Join(',', Enumerable.Repeat("{\"url\":\"a\"}", length / 12))}]}}]}}}}",
    };

    public override byte[] Generate(Random random)
    {
        if (random.Next(2) == 0)
        {
            return TreeInputs.Json(Examples, random);
        }

        Tree tree = TreeMutation.Mutated(random.Pick(Versions), random, 3);
        foreach (Tree link in tree.All().SelectMany(node => node.Entries ?? [])
            .Where(entry => entry.Key == "href" && entry.Value.Scalar is not null && random.Next(2) == 0).Select(entry => entry.Value))
        {
            link.Scalar = random.Pick(Paths);
        }

        return Bytes(TreeText.Json(tree, random));
    }

    public override Verdict Run(byte[] input) => Verdict.Of(() =>
    {
        ApiResponse answer = Answers.Of(input);
        if (Authenticator.TokensAddress(answer) is { } found)
        {
            CheckFailedException.Unless(found.Authority == answer.Request.Uri.Authority && found.Scheme == answer.Request.Uri.Scheme,
                $"discovery leads to {found}");
            return;
        }

        var token = Token.From(answer);
        Secret.MustNotBeIn(token.ToString());
        int found2 = 0;
        foreach (string service in Services)
        {
            try
            {
                EndpointAddress.Of(service, token.Catalog!.Find("lab", ServiceTypes(service), Interfaces, null, null), token.ProjectId);
                found2++;
            }
            catch (HotstackException e) when (e.Id == "EndpointNotFound")
            {
                Secret.MustNotBeIn(e);
            }
        }

        if (found2 == 0)
        {
            throw new HotstackException(ErrorCause.NotFound, "EndpointNotFound", "There is no endpoint at all.");
        }
    });

    private static IReadOnlyList<string> ServiceTypes(string service) => OpenStack.Configuration.ServiceTypeNames.All(service);
}
