using Hotstack.Clusters.CertificateRequests;
using Hotstack.Fuzz.Inputs;
using k8s.Models;

namespace Hotstack.Fuzz.Targets;

/// <summary>
/// Signing requests of kubelets: DER, with the PEM around it. Only a request that is one of the examples, byte for byte, is
/// ever approved: any other bears a signature that is not its own.
/// </summary>
internal sealed class SigningRequestTarget : FuzzTarget
{
    private static readonly string[] Examples = [Corpus.Text("client.csr"), Corpus.Text("serving.csr"), Corpus.Text("rsa.csr")];
    private static readonly byte[][] Requests = [.. Examples.Select(Pkcs10Request.DerOf)];

    private static readonly CsrContext Context = new()
    {
        Nodes = [new("master-0", [new("InternalIP", "192.168.32.10"), new("Hostname", "master-0")])],
        ExistingNodes = new HashSet<string> { "master-0" },
        Now = Identity.Clock.GetUtcNow(),
        Since = Identity.Clock.GetUtcNow().AddMinutes(-5),
    };

    public override string Name => "signing-requests";

    public override IReadOnlyList<byte[]> Hostile =>
    [
        [], Bytes("x"), Bytes(new string('-', 500_000)), Bytes("-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----"),
            Bytes("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----"),
        Pem([0x30, 0x80]), Pem([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]),
            Pem([.. Enumerable.Repeat(new byte[] { 0x30, 0x80 }, 10_000).SelectMany(b => b)]),
            Pem([.. Enumerable.Repeat((byte)0x30, 40_000)]),
    ];

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>
    {
        ["dashes"] = length => new string('-', Math.Min(length, 65_000)),
        ["begins"] = length => string.Concat(Enumerable.Repeat("-----BEGIN X-----", Math.Min(length, 65_000) / 17)),
    };

    public override byte[] Generate(Random random)
    {
        byte[] request = random.Pick(Requests);
        return random.Next(8) switch
        {
            0 => Pem(request),
            1 => ByteMutation.Mutated(Pem(request), random),
            2 => Pem(ByteMutation.Torn(request, random)),
            3 => Pem(ByteMutation.Mutated(request, random)),
            _ => Pem(OneByte(request, random)),
        };
    }

    public override Verdict Run(byte[] input)
    {
        string text = Text(input);
        CsrDecision client = CsrRules.Judge(Csr(text, CsrRules.ClientSigner, "client auth"), Context);
        CsrDecision serving = CsrRules.Judge(Csr(text, CsrRules.ServingSigner, "server auth"), Context);
        bool isApproved = client.Verdict == CsrVerdict.Approve || serving.Verdict == CsrVerdict.Approve;
        if (!isApproved)
        {
            return new(client.Verdict + (client.Fingerprint is null ? "Unread" : ""));
        }

        byte[] der = Pkcs10Request.DerOf(text);
        CheckFailedException.Unless(Array.Exists(Requests, request => request.AsSpan().SequenceEqual(der)),
            "a request that nobody signed is approved");
        return Verdict.Accepted;
    }

    private static byte[] OneByte(byte[] request, Random random)
    {
        byte[] changed = [.. request];
        changed[random.Next(changed.Length)] = random.Next(2) == 0 ? (byte)random.Next(256)
            : (byte)random.Pick([0, 1, 2, 3, 4, 5, 6, 0x0c, 0x13, 0x30, 0x31, 0x80, 0x82, 0x87, 0xa0, 0xff]);
        return changed;
    }

    private static byte[] Pem(byte[] der) => Bytes(
        $"-----BEGIN CERTIFICATE REQUEST-----\n{Convert.ToBase64String(der, Base64FormattingOptions.InsertLineBreaks).Replace("\r", "", StringComparison.Ordinal)}\n-----END CERTIFICATE REQUEST-----\n");

    private static V1CertificateSigningRequest Csr(string request, string signer, string usage) => new()
    {
        Metadata = new() { Name = "csr-1", CreationTimestamp = Context.Now.AddMinutes(-1).UtcDateTime },
        Spec = new()
        {
            SignerName = signer,
            Username = "system:node:master-0",
            Groups = ["system:nodes", "system:authenticated"],
            Usages = ["digital signature", usage],
            Request = Bytes(request),
        },
    };
}
