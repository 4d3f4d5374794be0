using System.Security.Cryptography;
using Hotstack.Sandbox.Compute.HostKeys;
using Xunit;

namespace Hotstack.Sandbox.Controllers;

public sealed class RsaPrimesTests
{
    [Fact]
    public void Keys_differ_and_each_signs_what_its_public_half_verifies()
    {
        byte[] data = [1, 2, 3];
        var seen = new HashSet<string>();
        for (int i = 0; i < 10; i++)
        {
            using RSA key = RsaPrimes.NewKey();
            using RSA open = RSA.Create(key.ExportParameters(includePrivateParameters: false));

            byte[] signature = key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

            Assert.Equal(2048, key.KeySize);
            Assert.True(open.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            Assert.True(seen.Add(Convert.ToHexString(open.ExportParameters(false).Modulus!)));
        }
    }
}
