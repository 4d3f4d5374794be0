using System.Formats.Asn1;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>A kubelet's subject: one O, one CN, each plain.</summary>
internal sealed record Pkcs10Subject(string CommonName, string Organization)
{
    private const string CommonNameType = "2.5.4.3";
    private const string OrganizationType = "2.5.4.10";

    /// <exception cref="FormatException">It has another form.</exception>
    public static Pkcs10Subject Read(AsnReader names)
    {
        var values = new Dictionary<string, string>();
        while (names.HasData)
        {
            AsnReader name = names.ReadSetOf();
            AsnReader attribute = name.ReadSequence();
            string type = attribute.ReadObjectIdentifier();
            if (name.HasData)
            {
                throw new FormatException("the subject has a name of several values");
            }

            if (type is not (CommonNameType or OrganizationType))
            {
                throw new FormatException($"the subject has more than O and CN ({AsciiText.Of(type)})");
            }

            if (!values.TryAdd(type, ReadText(attribute)))
            {
                throw new FormatException($"the subject has {(type == CommonNameType ? "CN" : "O")} more than once");
            }

            attribute.ThrowIfNotEmpty();
        }

        return values.TryGetValue(CommonNameType, out string? commonName) && values.TryGetValue(OrganizationType, out string? organization)
            ? new Pkcs10Subject(commonName, organization)
            : throw new FormatException("the subject has not both O and CN");
    }

    /// <summary>Go writes a PrintableString, or a UTF8String for what does not fit in one.</summary>
    private static string ReadText(AsnReader attribute)
    {
        Asn1Tag tag = attribute.PeekTag();
        return tag.TagClass == TagClass.Universal && (UniversalTagNumber)tag.TagValue is UniversalTagNumber.PrintableString or UniversalTagNumber.UTF8String
            ? attribute.ReadCharacterString((UniversalTagNumber)tag.TagValue)
            : throw new FormatException("the subject's text is of an unusual type");
    }
}
