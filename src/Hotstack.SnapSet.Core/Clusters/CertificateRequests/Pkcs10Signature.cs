using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>The signature of a request, and what it signs. .NET's own reader of requests refuses an empty list of extensions, which
/// kubelets may send and Go, which issues the certificate, reads.</summary>
internal sealed class Pkcs10Signature
{
    /// <summary>RSA (PKCS#1 v1.5, RFC 4055) and ECDSA (RFC 5758), each with SHA-256, -384 and -512.</summary>
    private static readonly FrozenDictionary<string, (bool IsRsa, HashAlgorithmName Hash)> Algorithms =
        new Dictionary<string, (bool, HashAlgorithmName)>
        {
            ["1.2.840.113549.1.1.11"] = (true, HashAlgorithmName.SHA256),
            ["1.2.840.113549.1.1.12"] = (true, HashAlgorithmName.SHA384),
            ["1.2.840.113549.1.1.13"] = (true, HashAlgorithmName.SHA512),
            ["1.2.840.10045.4.3.2"] = (false, HashAlgorithmName.SHA256),
            ["1.2.840.10045.4.3.3"] = (false, HashAlgorithmName.SHA384),
            ["1.2.840.10045.4.3.4"] = (false, HashAlgorithmName.SHA512),
        }.ToFrozenDictionary();

    private readonly ReadOnlyMemory<byte> _signed;
    private readonly string _algorithm;
    private readonly bool _hasNull;
    private readonly byte[] _value;

    private Pkcs10Signature(ReadOnlyMemory<byte> signed, string algorithm, bool hasNull, byte[] value)
    {
        _signed = signed;
        _algorithm = algorithm;
        _hasNull = hasNull;
        _value = value;
    }

    /// <exception cref="AsnContentException">It is malformed.</exception>
    public static Pkcs10Signature Read(AsnReader request, ReadOnlyMemory<byte> signed)
    {
        AsnReader algorithm = request.ReadSequence();
        string type = algorithm.ReadObjectIdentifier();
        bool hasNull = algorithm.HasData;
        if (hasNull)
        {
            algorithm.ReadNull();
        }

        algorithm.ThrowIfNotEmpty();
        byte[] value = request.ReadBitString(out int unused);
        return unused == 0 ? new(signed, type, hasNull, value) : throw new AsnContentException();
    }

    /// <exception cref="FormatException">It is not that of the key, or was made in an unusual way.</exception>
    public void RequireSignerOf(Pkcs10Key key)
    {
        if (!Algorithms.TryGetValue(_algorithm, out (bool IsRsa, HashAlgorithmName Hash) algorithm))
        {
            throw new FormatException($"the request is signed by an unusual algorithm ({AsciiText.Of(_algorithm)})");
        }

        if (algorithm.IsRsa != _hasNull || algorithm.IsRsa != key.IsRsa || !IsOf(key, algorithm.Hash))
        {
            throw new FormatException("the request's signature is not that of its key");
        }
    }

    private bool IsOf(Pkcs10Key key, HashAlgorithmName hash)
    {
        try
        {
            return key.HasSigned(_signed.Span, _value, hash);
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
