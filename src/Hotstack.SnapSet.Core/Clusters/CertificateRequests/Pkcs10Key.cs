using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>The public key of a request (SubjectPublicKeyInfo, RFC 5280).</summary>
internal sealed class Pkcs10Key
{
    private const string RsaKey = "1.2.840.113549.1.1.1";
    private const string EllipticCurveKey = "1.2.840.10045.2.1";
    private const int FewestRsaBits = 2048;
    private const int MostRsaBits = 8192; // more is work for whoever checks a signature, and no kubelet's

    private static readonly FrozenSet<string> Curves = FrozenSet.ToFrozenSet<string>(["1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"]); // P-256, P-384, P-521

    private readonly ReadOnlyMemory<byte> _der;
    private readonly string _algorithm;
    private readonly string? _curve;

    private Pkcs10Key(ReadOnlyMemory<byte> der, string algorithm, string? curve)
    {
        _der = der;
        _algorithm = algorithm;
        _curve = curve;
    }

    public bool IsRsa => _algorithm == RsaKey;

    public static Pkcs10Key Read(ReadOnlyMemory<byte> der)
    {
        AsnReader info = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        AsnReader algorithm = info.ReadSequence();
        string type = algorithm.ReadObjectIdentifier();
        bool isNamedCurve = type == EllipticCurveKey && algorithm.HasData && algorithm.PeekTag() == Asn1Tag.ObjectIdentifier;
        var key = new Pkcs10Key(der, type, isNamedCurve ? algorithm.ReadObjectIdentifier() : null);
        info.ReadBitString(out _);
        info.ThrowIfNotEmpty();
        return key;
    }

    /// <exception cref="FormatException">It is weak, or of an unusual kind.</exception>
    public void RequireStrength()
    {
        if (_algorithm == EllipticCurveKey)
        {
            if (_curve is null || !Curves.Contains(_curve))
            {
                throw new FormatException("the key is on another curve than P-256, P-384 or P-521");
            }
        }
        else if (_algorithm != RsaKey)
        {
            throw new FormatException($"the key is neither RSA nor ECDSA ({AsciiText.Of(_algorithm)})");
        }
        else if (RsaBits() is var bits and (< FewestRsaBits or > MostRsaBits))
        {
            throw new FormatException($"the RSA key has {bits} bits; {FewestRsaBits} to {MostRsaBits} are allowed");
        }
    }

    /// <summary>Whether a signature is this key's.</summary>
    /// <exception cref="CryptographicException">The key is none.</exception>
    public bool HasSigned(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        if (IsRsa)
        {
            using var rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(_der.Span, out _);
            return rsa.VerifyData(data, signature, hash, RSASignaturePadding.Pkcs1);
        }

        using var curve = ECDsa.Create();
        curve.ImportSubjectPublicKeyInfo(_der.Span, out _);
        return curve.VerifyData(data, signature, hash, DSASignatureFormat.Rfc3279DerSequence);
    }

    private int RsaBits()
    {
        try
        {
            using var key = RSA.Create();
            key.ImportSubjectPublicKeyInfo(_der.Span, out _);
            return key.KeySize;
        }
        catch (CryptographicException e)
        {
            throw new FormatException("the RSA key is malformed", e);
        }
    }
}
