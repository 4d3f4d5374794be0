using System.Numerics;
using System.Security.Cryptography;

namespace Hotstack.Sandbox.Compute.HostKeys;

/// <summary>
/// Makes RSA keys of 2048 bits that differ, for host keys that protect nothing. To find two primes takes a tenth of a second, and a
/// sandbox may have dozens of controllers: so the keys of one process share primes, each pair of primes once.
/// </summary>
internal static class RsaPrimes
{
    private const int Bits = 2048;

    private static readonly Lock Gate = new();
    private static readonly List<BigInteger> Primes = [];
    private static readonly Queue<(BigInteger P, BigInteger Q)> Pairs = [];

    /// <summary>A new key; no two in this process are the same.</summary>
    public static RSA NewKey()
    {
        lock (Gate)
        {
            if (Pairs.Count == 0)
            {
                Find();
            }

            (BigInteger p, BigInteger q) = Pairs.Dequeue();
            return RSA.Create(ParametersOf(p, q));
        }
    }

    /// <summary>Two more primes, and their pairs with each other and with those before.</summary>
    private static void Find()
    {
        using var made = RSA.Create(Bits);
        RSAParameters found = made.ExportParameters(includePrivateParameters: true);
        foreach (byte[] bytes in (byte[][])[found.P!, found.Q!])
        {
            BigInteger prime = Number(bytes);
            Primes.ForEach(other => Pairs.Enqueue((other, prime)));
            Primes.Add(prime);
        }
    }

    /// <summary>The numbers of RFC 8017, section 3.2. Each prime is above the root of a half of its range (FIPS 186-4, B.3.1), so that
    /// each product has the full length.</summary>
    private static RSAParameters ParametersOf(BigInteger p, BigInteger q)
    {
        BigInteger e = 65537, phi = (p - 1) * (q - 1), d = Inverse(e, phi);
        return new RSAParameters
        {
            Modulus = Bytes(p * q, Bits),
            Exponent = [1, 0, 1],
            D = Bytes(d, Bits),
            P = Bytes(p, Bits / 2),
            Q = Bytes(q, Bits / 2),
            DP = Bytes(d % (p - 1), Bits / 2),
            DQ = Bytes(d % (q - 1), Bits / 2),
            InverseQ = Bytes(BigInteger.ModPow(q, p - 2, p), Bits / 2),
        };
    }

    /// <summary>The extended algorithm of Euclid.</summary>
    private static BigInteger Inverse(BigInteger number, BigInteger modulus)
    {
        (BigInteger rest, BigInteger next, BigInteger factor, BigInteger nextFactor) = (modulus, number, 0, 1);
        while (next != 0)
        {
            BigInteger times = rest / next;
            (rest, next) = (next, rest - (times * next));
            (factor, nextFactor) = (nextFactor, factor - (times * nextFactor));
        }

        return factor < 0 ? factor + modulus : factor;
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger number, int bits)
    {
        byte[] bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[(bits / 8) - bytes.Length], .. bytes];
    }
}
