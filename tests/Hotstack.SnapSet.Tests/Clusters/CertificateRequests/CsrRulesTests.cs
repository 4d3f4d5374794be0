using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hotstack.OpenShift.Objects;
using Xunit;
using k8s.Models;
using static Hotstack.Clusters.CertificateRequests.Csrs;
using static Hotstack.Clusters.CertificateRequests.Pkcs10Builder;

namespace Hotstack.Clusters.CertificateRequests;

public sealed class CsrRulesTests
{
    private static readonly byte[] PlainSubject = Sequence(Organization("system:nodes"), Pkcs10Builder.CommonName("system:node:master-0"));
    private static readonly byte[] PlainKey = P256.ExportSubjectPublicKeyInfo();

    private static readonly Dictionary<string, Func<V1CertificateSigningRequest>> Good = new()
    {
        ["client, EC"] = () => Client(),
        ["client, EC P-384"] = () => Client(new() { Key = ECDsa.Create(ECCurve.NamedCurves.nistP384), Hash = HashAlgorithmName.SHA384 }),
        ["client, EC P-521"] = () => Client(new() { Key = ECDsa.Create(ECCurve.NamedCurves.nistP521), Hash = HashAlgorithmName.SHA512 }),
        ["client, RSA"] = () => Client(new() { Key = Rsa }).With(spec => spec with { Usages = RsaClientUsages }),
        ["client, RSA without key encipherment"] = () => Client(new() { Key = Rsa }),
        ["client, groups of the installer's certificate"] = () => Client()
            .With(spec => spec with { Groups = ["system:authenticated", BootstrapperGroup] }),
        ["client, groups in another order"] = () => Client()
            .With(spec => spec with { Groups = ["system:authenticated", "system:serviceaccounts", BootstrapperGroup] }),
        ["client, CN before O"] = () => Client(
            new() { Subject = [Pkcs10Builder.CommonName("system:node:master-0"), Organization("system:nodes")] }),
        ["client, CN as UTF-8"] = () => Client(new()
        {
            Subject = [Organization("system:nodes"), Pkcs10Builder.CommonName("system:node:master-0", UniversalTagNumber.UTF8String)],
        }),
        ["client, of a worker"] = () => Client(RequestOf("worker-0")),
        ["client, blanks around the PEM"] = () => Of("\n " + new Pkcs10Builder().ToPem() + "\r\n"),
        ["client, PEM of Windows"] = () => Of(new Pkcs10Builder().ToPem().Replace("\n", "\r\n", StringComparison.Ordinal)),
        ["client, just after the revival began, less the grace"] = () => Client().Made("csr", TimeSpan.FromMinutes(35.9)),
        ["client, 5 seconds in the future"] = () => Client().Made("csr", TimeSpan.FromSeconds(-5)),
        ["client, as written by hand"] = () => Of(Pem(Assemble(0, PlainSubject, PlainKey))),
        ["renewal"] = () => Renewal(),
        ["renewal, RSA"] = () => Renewal(new() { Key = Rsa }).With(spec => spec with { Usages = RsaClientUsages }),
        ["renewal, with a further group"] = () => Renewal()
            .With(spec => spec with { Groups = ["system:nodes", "system:authenticated", "more"] }),
        ["serving, name and address"] = () => Serving(),
        ["serving, name alone"] = () => Serving(Dns("master-0")),
        ["serving, address alone"] = () => Serving(Ip("192.168.32.10")),
        ["serving, all of them"] = () => Serving(
            Dns("master-0"), Dns("master-0.ocp.example"), Dns("MASTER-0.example.com"), Ip("192.168.32.10"), Ip("203.0.113.10"),
                Ip("fd00:32::10")),
        ["serving, IPv6"] = () => Serving(Ip("fd00:0032:0:0::0010")),
        ["serving, IPv4 as IPv6"] = () => Serving(Ip("::ffff:192.168.32.10")),
        ["serving, the same name twice"] = () => Serving(Dns("master-0"), Dns("master-0")),
        ["serving, RSA"] = () => Serving(new Pkcs10Builder { Key = Rsa, Names = [Dns("master-0")] })
            .With(spec => spec with { Usages = RsaServingUsages }),
        ["client, an empty extension request"] = () => Of(Pem(Assemble(0, PlainSubject, PlainKey, ExtensionRequest()))),
        ["client, an extension request without a value"] = () => Of(Pem(Assemble(0, PlainSubject, PlainKey, Attribute()))),
        ["serving, its address as a name"] = () => Serving(Dns("192.168.32.10"), Dns("master-0"), Ip("192.168.32.10")),
        ["serving, its IPv6 address as a name"] = () => Serving(Dns("fd00:32::10"), Ip("fd00:32::10")),
        ["serving, critical"] = () => Serving(new Pkcs10Builder
        {
            Extensions = [new X509Extension(SubjectAltNameType, Sequence(Dns("master-0")), critical: true)],
        }),
        ["serving, as written by hand"] = () => Serving().WithRequest(
            Pem(Assemble(0, PlainSubject, PlainKey, ExtensionRequest(Extension(SubjectAltNameType, Sequence(Dns("master-0"))))))),
    };

    private static readonly Dictionary<string, (Func<V1CertificateSigningRequest> Csr, string Reason)> Bad = new()
    {
        // Who asks.
        ["client, by a stranger"] = (() => Client()
            .With(spec => spec with { Username = "system:serviceaccount:default:node-bootstrapper" }), "asks for the client certificate"),
        ["client, by an administrator"] = (() => Client()
            .With(spec => spec with { Username = "system:admin", Groups = ["system:masters", "system:authenticated"] }),
            "'system:admin' asks"),
        ["client, by another node"] = (() => Renewal().With(spec => spec with { Username = "system:node:worker-0" }),
            "'system:node:worker-0' asks"),
        ["client, a node's name in other case"] = (() => Renewal().With(spec => spec with { Username = "system:node:Master-0" }),
            "asks for the client"),
        ["client, bootstrapper with a further group"] = (() => Client()
            .With(spec => spec with { Groups = [.. Client().Groups, "system:masters"] }), "the bootstrapper's groups"),
        ["client, bootstrapper without its namespace"] = (() => Client()
            .With(spec => spec with { Groups = ["system:serviceaccounts", "system:authenticated"] }), "the bootstrapper's groups"),
        ["client, bootstrapper not authenticated"] = (() => Client()
            .With(spec => spec with { Groups = [BootstrapperGroup, "system:serviceaccounts"] }), "the bootstrapper's groups"),
        ["client, bootstrapper without groups"] = (() => Client().With(spec => spec with { Groups = [] }), "groups are none"),
        ["client, nobody"] = (() => Client().With(spec => spec with { Username = "" }), "'' asks"),
        ["renewal, not of the nodes"] = (() => Renewal().With(spec => spec with { Groups = ["system:authenticated"] }),
            "the requester's groups"),
        ["renewal, not authenticated"] = (() => Renewal().With(spec => spec with { Groups = ["system:nodes"] }), "the requester's groups"),
        ["serving, by the bootstrapper"] = (() => Serving()
            .With(spec => spec with { Username = Bootstrapper, Groups = Client().Spec.Groups }), "asks for the serving certificate"),
        ["serving, by another node"] = (() => Serving().With(spec => spec with { Username = "system:node:master-1" }),
            "asks for the serving certificate"),
        ["serving, not of the nodes"] = (() => Serving().With(spec => spec with { Groups = ["system:authenticated"] }),
            "the requester's groups"),
        ["serving, not authenticated"] = (() => Serving().With(spec => spec with { Groups = ["system:nodes", "system:unauthenticated"] }),
            "the requester's groups"),

        // What it is to be good for.
        ["client, for servers"] = (() => Client().With(spec => spec with { Usages = EcServingUsages }), "usages are"),
        ["client, for servers too"] = (() => Client().With(spec => spec with { Usages = [.. RsaClientUsages, "server auth"] }),
            "usages are"),
        ["client, without signatures"] = (() => Client().With(spec => spec with { Usages = ["client auth"] }), "usages are"),
        ["client, to sign certificates"] = (() => Client().With(spec => spec with { Usages = [.. EcClientUsages, "cert sign"] }),
            "usages are"),
        ["client, no usage"] = (() => Client().With(spec => spec with { Usages = [] }), "usages are none"),
        ["serving, for clients"] = (() => Serving().With(spec => spec with { Usages = EcClientUsages }), "usages are"),
        ["serving, for clients too"] = (() => Serving().With(spec => spec with { Usages = [.. EcServingUsages, "client auth"] }),
            "usages are"),
        ["serving, no usage"] = (() => Serving().With(spec => spec with { Usages = [] }), "usages are none"),

        // Whom it names.
        ["subject, administrators"] = (() => WithSubject(Organization("system:masters"), Cn()), "'system:masters', not 'system:nodes'"),
        ["subject, administrators too"] = (() => WithSubject(Organization("system:nodes"), Organization("system:masters"), Cn()),
            "O more than once"),
        ["subject, the same O twice"] = (() => WithSubject(Organization("system:nodes"), Organization("system:nodes"), Cn()),
            "O more than once"),
        ["subject, no O"] = (() => WithSubject(Cn()), "not both O and CN"),
        ["subject, no CN"] = (() => WithSubject(Organization("system:nodes")), "not both O and CN"),
        ["subject, empty"] = (() => WithSubject(), "not both O and CN"),
        ["subject, two CNs"] = (() => WithSubject(Organization("system:nodes"), Cn(), Pkcs10Builder.CommonName("system:admin")),
            "CN more than once"),
        ["subject, several values in one"] = (() => WithSubject(Rdn(
            ("2.5.4.3", "system:node:master-0", UniversalTagNumber.PrintableString),
                ("2.5.4.10", "system:nodes", UniversalTagNumber.PrintableString))), "several values"),
        ["subject, with an OU"] = (() => WithSubject(Organization("system:nodes"),
            Rdn(("2.5.4.11", "x", UniversalTagNumber.PrintableString)), Cn()), "more than O and CN (2.5.4.11)"),
        ["subject, CN as BMPString"] = (() => WithSubject(Organization("system:nodes"), Cn(UniversalTagNumber.BMPString)), "unusual type"),
        ["subject, CN as T61String"] = (() => WithSubject(Organization("system:nodes"), Cn(UniversalTagNumber.T61String)), "unusual type"),
        ["subject, CN as IA5String"] = (() => WithSubject(Organization("system:nodes"), Cn(UniversalTagNumber.IA5String)), "unusual type"),
        ["subject, not a node"] = (() => WithSubject(Organization("system:nodes"), Pkcs10Builder.CommonName("master-0")), "no node's"),
        ["subject, a node without a name"] = (() => WithSubject(Organization("system:nodes"), Pkcs10Builder.CommonName("system:node:")),
            "no node's"),
        ["subject, other case"] = (() => WithSubject(Organization("system:nodes"), Pkcs10Builder.CommonName("System:Node:master-0")),
            "no node's"),
        ["subject, blank after the name"] = (() => Client(RequestOf("master-0 ")), "is no node of the snapshot"),
        ["subject, NUL in the name"] = (() => WithSubject(
            Organization("system:nodes"), Pkcs10Builder.CommonName("system:node:master-0\0", UniversalTagNumber.UTF8String)),
                "is no node of the snapshot"),
        ["subject, letters that look alike"] = (() => WithSubject(
            Organization("system:nodes"), Pkcs10Builder.CommonName("system:node:mаster-0", UniversalTagNumber.UTF8String)),
                "is no node of the snapshot"),
        ["node, in the cluster but not in the snapshot"] = (() => Client(RequestOf("stranger")), "stranger is no node of the snapshot"),
        ["node, in the snapshot but not in the cluster"] = (() => Client(RequestOf("gone")), "the cluster has no node gone"),
        ["node, in neither"] = (() => Client(RequestOf("nobody")), "nobody is no node of the snapshot"),
        ["serving, of a node that is not in the snapshot"] = (() =>
            Serving(RequestOf("stranger") with { Names = [Dns("stranger")] }).With(spec => spec with { Username = "system:node:stranger" }),
                "stranger is no node of the snapshot"),

        // Names and addresses.
        ["client, with a name"] = (() => Client(new() { Names = [Dns("master-0")] }), "asks for DNS:master-0"),
        ["client, with an address"] = (() => Client(new() { Names = [Ip("192.168.32.10")] }), "asks for IP:192.168.32.10"),
        ["client, with an e-mail address"] = (() => Client(new() { Names = [Name(1, "a@b"u8.ToArray())] }), "asks for email:a@b"),
        ["client, with a URI"] = (() => Client(new() { Names = [Name(6, "spiffe://x"u8.ToArray())] }), "asks for URI:spiffe://x"),
        ["client, with an otherName"] = (() => Client(new() { Names = [OtherName()] }), "asks for other:kind 0"),
        ["serving, no names"] = (() => Serving(new Pkcs10Builder()), "no name or address"),
        ["serving, empty list of names"] = (() => Serving(new Pkcs10Builder { Extensions = [AltNames()] }), "empty list"),
        ["serving, a foreign name"] = (() => Serving(Dns("master-0"), Dns("api.ocp.example")), "DNS:api.ocp.example is not among"),
        ["serving, a foreign address"] = (() => Serving(Dns("master-0"), Ip("192.168.32.11")), "IP:192.168.32.11 is not among"),
        ["serving, a foreign IPv6 address"] = (() => Serving(Ip("fd00:32::11")), "IP:fd00:32::11 is not among"),
        ["serving, another's address as a name"] = (() => Serving(Dns("192.168.32.11")), "DNS:192.168.32.11 is not among"),
        ["serving, an address that only some read, as a name"] = (() => Serving(Dns("192.168.32.010")), "DNS:192.168.32.010 is not among"),
        ["serving, an empty extension request"] = (() => Serving()
            .WithRequest(Pem(Assemble(0, PlainSubject, PlainKey, ExtensionRequest()))), "no name or address"),
        ["serving, another node's name"] = (() => Serving(Dns("master-1")), "DNS:master-1 is not among"),
        ["serving, a wildcard"] = (() => Serving(Dns("*.ocp.example")), "not a host name"),
        ["serving, a part of a name"] = (() => Serving(Dns("master")), "DNS:master is not among"),
        ["serving, a dot at the end"] = (() => Serving(Dns("master-0.")), "DNS:master-0. is not among"),
        ["serving, a NUL in a name"] = (() => Serving(Dns("master-0\0.evil")), "not a host name"),
        ["serving, an empty name"] = (() => Serving(Dns("")), "not a host name"),
        ["serving, an address and its mask"] = (() => Serving(Name(7, [192, 168, 32, 10, 255, 255, 255, 255])), "8 octets"),
        ["serving, an empty address"] = (() => Serving(Name(7, [])), "0 octets"),
        ["serving, an e-mail address too"] = (() => Serving(Dns("master-0"), Name(1, "a@b"u8.ToArray())), "email:a@b is not among"),
        ["serving, a URI too"] = (() => Serving(Dns("master-0"), Name(6, "https://x"u8.ToArray())), "URI:https://x is not among"),
        ["serving, an otherName too"] = (() => Serving(Dns("master-0"), OtherName()), "other:kind 0 is not among"),
        ["serving, a directoryName too"] = (() => Serving(Dns("master-0"), Wrapped(4, PlainSubject)), "other:kind 4 is not among"),
        ["serving, a registeredID too"] = (() => Serving(Dns("master-0"), Name(8, [0x2a, 3])), "other:kind 8 is not among"),
        ["serving, a kind that there is not"] = (() => Serving(Dns("master-0"), Name(9, [1])), "other:kind 9 is not among"),
        ["serving, a name of no kind"] = (() => Serving(Dns("master-0"),
            Write(w => w.WriteCharacterString(UniversalTagNumber.IA5String, "x"))), "no known kind"),
        ["serving, something after the names"] = (() => Serving(new Pkcs10Builder
        {
            Extensions = [new X509Extension(SubjectAltNameType, [.. Sequence(Dns("master-0")), 5, 0], critical: false)],
        }), "malformed"),

        // When.
        ["age, an hour"] = (() => Client().Made("csr", TimeSpan.FromHours(1)), "made at"),
        ["age, before the revival"] = (() => Client().Made("csr", TimeSpan.FromMinutes(36.1)), "before the cluster was revived"),
        ["age, not told"] = (() => Client() with { Metadata = Meta("csr", null) }, "does not say when"),

        // The request itself.
        ["PEM, none"] = (() => Of(""), "no PEM"),
        ["PEM, noise"] = (() => Of("-----BEGIN CERTIFICATE REQUEST-----\n???\n-----END CERTIFICATE REQUEST-----"), "no PEM"),
        ["PEM, another label"] = (() => Of(Pem(new Pkcs10Builder().ToDer(), "CERTIFICATE")), "'CERTIFICATE'"),
        ["PEM, the old label"] = (() => Of(Pem(new Pkcs10Builder().ToDer(), "NEW CERTIFICATE REQUEST")), "'NEW CERTIFICATE REQUEST'"),
        ["PEM, two"] = (() => Of(new Pkcs10Builder().ToPem() + RequestOf("master-1").ToPem()), "more in it than one"),
        ["PEM, text before it"] = (() => Of("subject=CN = system:admin\n" + new Pkcs10Builder().ToPem()), "more in it than one"),
        ["PEM, another one before it with headers"] = (() => Of(
            "-----BEGIN CERTIFICATE REQUEST-----\nA: b\n\nMAA=\n-----END CERTIFICATE REQUEST-----\n" + new Pkcs10Builder().ToPem()),
                "more in it than one"),
        ["PEM, huge"] = (() => Of(new string(' ', 70_000) + new Pkcs10Builder().ToPem()), "characters"),
        ["DER, empty"] = (() => Of(Pem([])), "malformed"),
        ["DER, noise"] = (() => Of(Pem([1, 2, 3])), "malformed"),
        ["DER, a certificate"] = (() => Of(Pem(SomeCertificate())), "malformed"),
        ["DER, cut off"] = (() => Of(Pem(new Pkcs10Builder().ToDer()[..^10])), "malformed"),
        ["DER, something after it"] = (() => Of(Pem([.. new Pkcs10Builder().ToDer(), 5, 0])), "malformed"),
        ["DER, a length in more octets than it needs"] = (() => Of(Pem(WithLongLength(new Pkcs10Builder { Key = Rsa }.ToDer()))),
            "malformed"),
        ["another version"] = (() => Of(Pem(Assemble(1, PlainSubject, PlainKey))), "another version"),
        ["signature, another key's"] = (() => Of(
            Pem(Assemble(0, PlainSubject, ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportSubjectPublicKeyInfo()))),
            "not that of its key"),
        ["signature, SHA-1"] = (() => Of(Pem(SignedWithSha1(PlainSubject, PlainKey))), "unusual algorithm (1.2.840.10045.4.1)"),
        ["key, RSA of 1024 bits"] = (() => Client(new() { Key = RSA.Create(1024) }), "1024 bits"),
        ["key, RSA of 9000 bits"] = (() => Of(Pem(Assemble(0, PlainSubject, HugeRsaKey()))), "9000 bits"),
        ["key, RSA that is none"] = (() => Of(Pem(Assemble(0, PlainSubject, KeyInfo("1.2.840.113549.1.1.1", [1, 2, 3])))),
            "RSA key is malformed"),
        ["key, another curve"] = (() => Client(new() { Key = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10")) }), "another curve"),
        ["key, a curve of its own"] = (() => Of(Pem(Assemble(0, PlainSubject, KeyInfo("1.2.840.10045.2.1", [4, 1, 2], Sequence())))),
            "another curve"),
        ["key, Ed25519"] = (() => Of(Pem(Assemble(0, PlainSubject, KeyInfo("1.3.101.112", new byte[32])))), "neither RSA nor ECDSA"),
        ["key, a point that is not on the curve"] = (() => Of(
            Pem(Assemble(0, PlainSubject, [.. PlainKey[..^1], (byte)(PlainKey[^1] ^ 1)]))), "not that of its key"),
        ["extension, a CA"] = (() => Client(new() { Extensions = [new X509BasicConstraintsExtension(true, false, 0, true)] }), "2.5.29.19"),
        ["extension, key usage"] = (() => Client(new() { Extensions = [new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true)] }),
            "2.5.29.15"),
        ["extension, unknown"] = (() => Client(new() { Extensions = [new X509Extension("1.2.3.4", [5, 0], false)] }), "1.2.3.4"),
        ["extension, a CA beside the names"] = (() => Serving(new Pkcs10Builder
        {
            Names = [Dns("master-0")],
            Extensions = [new X509BasicConstraintsExtension(true, false, 0, true)],
        }), "more extensions"),
        ["extension, names twice"] = (() => Serving().WithRequest(
            Pem(Assemble(0, PlainSubject, PlainKey, ExtensionRequest(
                Extension(SubjectAltNameType, Sequence(Dns("master-0"))),
                    Extension(SubjectAltNameType, Sequence(Dns("api.ocp.example"))))))), "names twice"),
        ["attribute, extensions twice"] = (() => Serving().WithRequest(
            Pem(Assemble(0, PlainSubject, PlainKey, ExtensionRequest(Extension(SubjectAltNameType, Sequence(Dns("master-0")))),
                ExtensionRequest()))), "malformed"),
        ["attribute, two values"] = (() => Serving().WithRequest(
            Pem(Assemble(0, PlainSubject, PlainKey, Attribute(
                Sequence(Extension(SubjectAltNameType, Sequence(Dns("master-0")))),
                    Sequence(Extension(SubjectAltNameType, Sequence(Dns("api")))))))), "malformed"),
        ["attribute, a password"] = (() => Client(new()
        {
            Attributes = [new AsnEncodedData("1.2.840.113549.1.9.7",
                Write(w => w.WriteCharacterString(UniversalTagNumber.PrintableString, "x")))],
        }), "1.2.840.113549.1.9.7"),
    };

    public static IEnumerable<TheoryDataRow<string>> GoodNames => Good.Keys.Select(name => new TheoryDataRow<string>(name));

    public static IEnumerable<TheoryDataRow<string>> BadNames => Bad.Keys.Select(name => new TheoryDataRow<string>(name));

    [Theory]
    [MemberData(nameof(GoodNames))]
    public void What_a_node_has_a_right_to_is_approved(string name)
    {
        CsrDecision decision = CsrRules.Judge(Good[name](), Context);
        Assert.True(decision.Verdict == CsrVerdict.Approve, decision.Reason);
    }

    [Theory]
    [MemberData(nameof(BadNames))]
    public void What_breaks_one_rule_is_refused(string name)
    {
        CsrDecision decision = CsrRules.Judge(Bad[name].Csr(), Context);
        Assert.Equal(CsrVerdict.Refuse, decision.Verdict);
        Assert.Contains(Bad[name].Reason, decision.Reason, StringComparison.Ordinal);
        Assert.All(decision.Reason, sign => Assert.InRange(sign, ' ', '~'));
    }

    [Theory]
    [InlineData("kubernetes.io/kube-apiserver-client")]
    [InlineData("kubernetes.io/legacy-unknown")]
    [InlineData("kubernetes.io/kubelet-serving ")]
    [InlineData("Kubernetes.io/kubelet-serving")]
    [InlineData("")]
    public void Other_signers_are_none_of_ours(string signer) =>
        Assert.Equal(CsrVerdict.Ignore, CsrRules.Judge(Client().With(spec => spec with { SignerName = signer }), Context).Verdict);

    [Theory]
    [InlineData("Approved")]
    [InlineData("Denied")]
    [InlineData("Failed")]
    [InlineData(null)]
    public void What_is_decided_is_left_alone(string? condition)
    {
        V1CertificateSigningRequest csr = condition is null
            ? Client() with { Status = new() { Certificate = [1] } }
            : Client().Decided(condition);
        Assert.Equal(CsrVerdict.Ignore, CsrRules.Judge(csr, Context).Verdict);
    }

    [Fact]
    public void A_node_that_works_needs_no_bootstrapper_but_may_renew()
    {
        CsrContext served = Context with { ServedNodes = new HashSet<string> { "master-0" } };
        Assert.Equal(CsrVerdict.Wait, CsrRules.Judge(Client(), served).Verdict);
        Assert.Equal(CsrVerdict.Approve, CsrRules.Judge(Renewal(), served).Verdict);
        Assert.Equal(CsrVerdict.Approve, CsrRules.Judge(Serving(), served).Verdict);
        Assert.Equal(CsrVerdict.Approve, CsrRules.Judge(Client(RequestOf("master-1")), served).Verdict);
    }

    [Fact]
    public void The_future_is_waited_for()
    {
        V1CertificateSigningRequest csr = Client().Made("csr", TimeSpan.FromSeconds(-11));
        Assert.Equal(CsrVerdict.Wait, CsrRules.Judge(csr, Context).Verdict);
        Assert.Equal(CsrVerdict.Approve, CsrRules.Judge(csr, Context with { Now = Now + TimeSpan.FromSeconds(1) }).Verdict);
    }

    [Fact]
    public void Without_a_record_the_reason_says_so()
    {
        Assert.Contains("as recorded with the snapshot", CsrRules.Judge(Client(), Context).Reason, StringComparison.Ordinal);
        Assert.Contains("as there is no record", CsrRules.Judge(Client(), Context with { IsRecorded = false }).Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_decision_tells_what_it_is_about()
    {
        var request = new Pkcs10Builder { Names = [Dns("master-0"), Ip("fd00:32::10")] };
        byte[] der = request.ToDer();
        CsrDecision decision = CsrRules.Judge(Serving(request).WithRequest(Pem(der)), Context);
        Assert.Equal(("csr-serving", "kubernetes.io/kubelet-serving", "system:node:master-0", "master-0", Now),
            (decision.Name, decision.SignerName, decision.Requester, decision.Node, decision.At));
        Assert.Equal(["DNS:master-0", "IP:fd00:32::10"], decision.SubjectAltNames);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(der)), decision.Fingerprint);
    }

    [Theory]
    [InlineData("10.1")]
    [InlineData("0x0a000001")]
    [InlineData("012.0.0.1")]
    [InlineData("10.0.0.1%eth0")]
    [InlineData("[::ffff:10.0.0.1]:80")]
    [InlineData("")]
    public void What_is_an_address_only_to_some_readers_is_none(string address)
    {
        CsrContext context = Context with { Nodes = [new("master-0", [new("InternalIP", address), new("Hostname", address)])] };
        Assert.Equal(CsrVerdict.Refuse, CsrRules.Judge(Serving(Ip("10.0.0.1")), context).Verdict);
    }

    [Theory]
    [InlineData("InternalIP", "10.0.0.1", "10.0.0.1", true)]
    [InlineData("Hostname", "10.0.0.1", "10.0.0.1", true)]
    [InlineData("InternalIP", "::ffff:10.0.0.1", "10.0.0.1", true)]
    [InlineData("ExternalIP", "FD00:0::0001", "fd00::1", true)]
    [InlineData("InternalDNS", "10.0.0.1", "10.0.0.1", false)]
    [InlineData("Unheard", "10.0.0.1", "10.0.0.1", false)]
    public void Addresses_are_compared_by_value_and_kind(string type, string known, string asked, bool isApproved)
    {
        CsrContext context = Context with { Nodes = [new("master-0", [new(type, known)])] };
        Assert.Equal(isApproved ? CsrVerdict.Approve : CsrVerdict.Refuse, CsrRules.Judge(Serving(Ip(asked)), context).Verdict);
    }

    [Theory]
    [InlineData("InternalIP", false)]
    [InlineData("Hostname", true)]
    [InlineData("InternalDNS", true)]
    [InlineData("ExternalDNS", true)]
    public void Names_are_compared_by_kind(string type, bool isApproved)
    {
        CsrContext context = Context with { Nodes = [new("master-0", [new(type, "host.example")])] };
        Assert.Equal(isApproved ? CsrVerdict.Approve : CsrVerdict.Refuse, CsrRules.Judge(Serving(Dns("Host.example")), context).Verdict);
    }

    /// <summary>Each bit of a good request decides: all of it is signed, or is the signature.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_wrong_octet_is_never_approved(bool isRsa)
    {
        V1CertificateSigningRequest good = isRsa
            ? Serving(new Pkcs10Builder { Key = Rsa, Names = [Dns("master-0"), Ip("192.168.32.10")] })
            : Serving();
        byte[] der = Convert.FromBase64String(string.Concat(good.Request.Split('\n').Where(line => !line.StartsWith('-'))));
        Assert.Equal(CsrVerdict.Approve, CsrRules.Judge(good.WithRequest(Pem(der)), Context).Verdict);
        var random = new Random(20260314);
        for (int i = 0; i < der.Length; i++)
        {
            foreach (int change in (int[])[1 << random.Next(8), random.Next(1, 256)])
            {
                byte[] wrong = [.. der];
                wrong[i] ^= (byte)change;
                CsrDecision decision = CsrRules.Judge(good.WithRequest(Pem(wrong)), Context);
                Assert.True(decision.Verdict == CsrVerdict.Refuse, $"octet {i} changed by {change:x2}");
            }
        }
    }

    [Fact]
    public void One_wrong_character_is_never_approved()
    {
        V1CertificateSigningRequest good = Serving();
        string fingerprint = CsrRules.Judge(good, Context).Fingerprint!;
        for (int i = 0; i < good.Request.Length; i++)
        {
            foreach (char sign in "A-\0é\n")
            {
                string text = good.Request[..i] + sign + good.Request[(i + 1)..];
                CsrDecision decision = CsrRules.Judge(good.WithRequest(text), Context);
                Assert.True(decision.Verdict == CsrVerdict.Refuse || decision.Fingerprint == fingerprint,
                    $"character {i} replaced by {(int)sign}");
            }
        }
    }

    private static V1CertificateSigningRequest WithSubject(params byte[][] names) => Client(new() { Subject = names });

    private static byte[] Cn(UniversalTagNumber type = UniversalTagNumber.PrintableString) =>
        Pkcs10Builder.CommonName("system:node:master-0", type);

    private static byte[] OtherName() => Write(writer =>
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        {
            writer.WriteObjectIdentifier("1.3.6.1.4.1.311.20.2.3");
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                writer.WriteCharacterString(UniversalTagNumber.UTF8String, "admin@example");
            }
        }
    });

    private static byte[] Wrapped(int kind, byte[] value) => Write(writer =>
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, kind)))
        {
            writer.WriteEncodedValue(value);
        }
    });

    private static byte[] HugeRsaKey()
    {
        var modulus = new byte[9000 / 8];
        modulus[0] = 0x80;
        modulus[^1] = 1;
        using var key = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = [1, 0, 1] });
        return key.ExportSubjectPublicKeyInfo();
    }

    private static byte[] SomeCertificate() =>
        new CertificateRequest("CN=x", P256, HashAlgorithmName.SHA256).CreateSelfSigned(Now, Now + TimeSpan.FromDays(1)).RawData;

    /// <summary>The outer length, 82 hi lo, as 83 00 hi lo: BER, but not DER.</summary>
    private static byte[] WithLongLength(byte[] der) => [der[0], 0x83, 0, .. der[2..]];
}
