using System.Security.Cryptography;
using System.Text;

namespace Hotstack.Sandbox.Compute.HostKeys;

/// <summary>A key pair of SSH.</summary>
/// <param name="Kind">What files and fingerprints call it: <c>ecdsa</c>, <c>ed25519</c>, <c>rsa</c>.</param>
/// <param name="Type">What SSH calls it: <c>ssh-ed25519</c>.</param>
/// <param name="Bits">Its length.</param>
/// <param name="Public">The public key in Base64, as known_hosts has it.</param>
/// <param name="PrivateFile">The text of the private key's file, without a passphrase.</param>
public sealed record SshKey(string Kind, string Type, int Bits, string Public, string PrivateFile)
{
    /// <summary>Type and key.</summary>
    public string Line => $"{Type} {Public}";

    /// <summary><c>SHA256:…</c>, as ssh-keygen shows it.</summary>
    public string Fingerprint => "SHA256:" + Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(Public))).TrimEnd('=');

    internal static SshKey NewEcdsa()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var blob = new SshData().Text("ecdsa-sha2-nistp256").Text("nistp256").Bytes([4, .. point.X!, .. point.Y!]).ToArray();
        return new SshKey("ecdsa", "ecdsa-sha2-nistp256", 256, Convert.ToBase64String(blob), key.ExportECPrivateKeyPem() + "\n");
    }

    internal static SshKey NewRsa()
    {
        using var key = RsaPrimes.NewKey();
        var numbers = key.ExportParameters(includePrivateParameters: false);
        var blob = new SshData().Text("ssh-rsa").Integer(numbers.Exponent).Integer(numbers.Modulus).ToArray();
        return new SshKey("rsa", "ssh-rsa", 2048, Convert.ToBase64String(blob), key.ExportRSAPrivateKeyPem() + "\n");
    }

    internal static SshKey NewEd25519()
    {
        var seed = RandomNumberGenerator.GetBytes(Ed25519.Length);
        var open = Ed25519.PublicKey(seed);
        var blob = new SshData().Text("ssh-ed25519").Bytes(open).ToArray();
        return new SshKey("ed25519", "ssh-ed25519", 256, Convert.ToBase64String(blob), OpenSshFile(seed, open, blob));
    }

    /// <summary>The only format that Ed25519 has (OpenSSH: PROTOCOL.key).</summary>
    private static string OpenSshFile(byte[] seed, byte[] open, byte[] blob)
    {
        const int Block = 8;
        var secret = new SshData().Number(0).Number(0).Text("ssh-ed25519").Bytes(open).Bytes([.. seed, .. open]).Text("").ToArray();
        byte[] padding = [.. Enumerable.Range(1, (Block - (secret.Length % Block)) % Block).Select(i => (byte)i)];
        var file = new SshData().Raw(Encoding.ASCII.GetBytes("openssh-key-v1\0")).Text("none").Text("none").Text("").Number(1)
            .Bytes(blob).Bytes([.. secret, .. padding]).ToArray();
        return new string(PemEncoding.Write("OPENSSH PRIVATE KEY", file)) + "\n";
    }
}
