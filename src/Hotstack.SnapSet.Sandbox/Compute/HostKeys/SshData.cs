using System.Buffers.Binary;
using System.Text;

namespace Hotstack.Sandbox.Compute.HostKeys;

/// <summary>Writes data as SSH does (RFC 4251, section 5).</summary>
internal sealed class SshData
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public SshData Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public SshData Number(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return Raw(bytes);
    }

    public SshData Text(string text) => Bytes(Encoding.ASCII.GetBytes(text));

    public SshData Bytes(ReadOnlySpan<byte> bytes) => Number((uint)bytes.Length).Raw(bytes);

    /// <summary>A positive whole number: without zeros before it, but with one where its first bit is set.</summary>
    public SshData Integer(ReadOnlySpan<byte> bigEndian)
    {
        var digits = bigEndian.TrimStart((byte)0);
        return digits.Length > 0 && digits[0] >= 0x80 ? Bytes([0, .. digits]) : Bytes(digits);
    }
}
