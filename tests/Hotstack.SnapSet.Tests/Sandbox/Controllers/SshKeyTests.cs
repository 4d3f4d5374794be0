using System.Security.Cryptography;
using System.Text;
using Hotstack.Sandbox.Compute.HostKeys;
using Xunit;

namespace Hotstack.Sandbox.Controllers;

public class SshKeyTests
{
    /// <summary>The first three tests of RFC 8032, section 7.1.</summary>
    [Theory]
    [InlineData("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")]
    [InlineData("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")]
    [InlineData("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")]
    public void An_Ed25519_seed_has_the_public_key_of_the_standard(string seed, string open) =>
        Assert.Equal(open, Convert.ToHexStringLower(Ed25519.PublicKey(Convert.FromHexString(seed))));

    [Fact]
    public void The_files_of_all_kinds_are_what_OpenSSH_reads()
    {
        var keys = new HostKeySet().Keys;
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(keys[0].PrivateFile);
        using var rsa = RSA.Create();
        rsa.ImportFromPem(keys[2].PrivateFile);
        Assert.Equal((256, 2048), (ecdsa.KeySize, rsa.KeySize));
        var modulus = Convert.FromBase64String(keys[2].Public).AsSpan()[^256..];
        Assert.True(modulus.SequenceEqual(rsa.ExportParameters(false).Modulus));
        var pem = PemEncoding.Find(keys[1].PrivateFile);
        var file = Convert.FromBase64String(keys[1].PrivateFile[pem.Base64Data]);
        Assert.StartsWith("openssh-key-v1\0", Encoding.Latin1.GetString(file), StringComparison.Ordinal);
        Assert.Equal(0, (file.Length - 15 - 8 - 8 - 4 - 4 - 4 - 51 - 4) % 8);
    }
}
