using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>The signature of a request, and its key. .NET's own reader of requests refuses an empty list of extensions, which kubelets
/// may send and Go, which issues the certificate, accepts.</summary>
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

    private readonly PublicKey _key;
    private readonly ReadOnlyMemory<byte> _signed;
    private readonly string _algorithm;
    private readonly bool _hasNull;
    private readonly byte[] _value;

    private Pkcs10Signature(PublicKey key, ReadOnlyMemory<byte> signed, string algorithm, bool hasNull, byte[] value)
    {
        _key = key;
        _signed = signed;
        _algorithm = algorithm;
        _hasNull = hasNull;
        _value = value;
    }

    /// <param name="key">The key of the request.</param>
    /// <param name="request">The request, behind what is signed.</param>
    /// <param name="signed">What is signed.</param>
    /// <exception cref="AsnContentException">It is malformed.</exception>
    public static Pkcs10Signature Read(ReadOnlyMemory<byte> key, AsnReader request, ReadOnlyMemory<byte> signed)
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
        return unused == 0 ? new(PublicKey.Read(key), signed, type, hasNull, value) : throw new AsnContentException();
    }

    /// <exception cref="FormatException">The key is weak or of an unusual kind, or it did not make the signature.</exception>
    public void Verify()
    {
        _key.RequireStrength();
        if (!Algorithms.TryGetValue(_algorithm, out (bool IsRsa, HashAlgorithmName Hash) algorithm))
        {
            throw new FormatException($"the request is signed by an unusual algorithm ({AsciiText.Of(_algorithm)})");
        }

        if (algorithm.IsRsa != _hasNull || algorithm.IsRsa != _key.IsRsa || !IsOfKey(algorithm.Hash))
        {
            throw new FormatException("the request's signature is not that of its key");
        }
    }

    private bool IsOfKey(HashAlgorithmName hash)
    {
        try
        {
            return _key.HasSigned(_signed.Span, _value, hash);
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>The public key of a request (SubjectPublicKeyInfo, RFC 5280).</summary>
    private sealed class PublicKey
    {
        private const string RsaKey = "1.2.840.113549.1.1.1";
        private const string EllipticCurveKey = "1.2.840.10045.2.1";
        private const int MinRsaBits = 2048;
        private const int MaxRsaBits = 8192; // A longer key is much work, and no kubelet's.

        /// <summary>P-256, P-384, P-521.</summary>
        private static readonly FrozenSet<string> Curves =
            FrozenSet.ToFrozenSet<string>(["1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"]);

        private readonly ReadOnlyMemory<byte> _der;
        private readonly string _algorithm;
        private readonly string? _curve;

        private PublicKey(ReadOnlyMemory<byte> der, string algorithm, string? curve)
        {
            _der = der;
            _algorithm = algorithm;
            _curve = curve;
        }

        public bool IsRsa => _algorithm == RsaKey;

        public static PublicKey Read(ReadOnlyMemory<byte> der)
        {
            AsnReader info = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            AsnReader algorithm = info.ReadSequence();
            string type = algorithm.ReadObjectIdentifier();
            bool isNamedCurve = type == EllipticCurveKey && algorithm.HasData && algorithm.PeekTag() == Asn1Tag.ObjectIdentifier;
            var key = new PublicKey(der, type, isNamedCurve ? algorithm.ReadObjectIdentifier() : null);
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
            else if (RsaBits() is var bits and (< MinRsaBits or > MaxRsaBits))
            {
                throw new FormatException($"the RSA key has {bits} bits; {MinRsaBits} to {MaxRsaBits} are allowed");
            }
        }

        /// <summary>Whether this key made a signature.</summary>
        /// <exception cref="CryptographicException">This is no key.</exception>
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
}
