using System.Text;

namespace Hotstack.Http;

/// <summary>
/// Header fields that are sent once for each value. .NET puts several values into one field with commas, which an API server takes for
/// one value: kubectl sends a field <c>Impersonate-Group</c> for each group. So values are joined by a sign that no field may have, and
/// on its way to the server that sign becomes the end of one field and the beginning of the next.
/// </summary>
internal static class RepeatedFields
{
    /// <summary>What joins the values. It stands in no field that is valid (RFC 9110, 5.5), nor in JSON, which escapes it.</summary>
    private const char Joint = '\x1f';

    /// <summary>The joint and the field's name, by which the stream tells what to write.</summary>
    private const char NameEnd = '\x1e';

    /// <summary>Several values as one.</summary>
    public static string Join(string field, IReadOnlyList<string> values) => string.Join($"{Joint}{field}{NameEnd}", values);

    /// <summary>UTF-8 for the fields that name whom to act as, since Go sends all fields so; null for the others, which are ASCII.</summary>
    public static Encoding? EncodingOf(string field) => field.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8 : null;

    /// <summary>Bytes to the server, joints written out.</summary>
    public static byte[] Written(ReadOnlySpan<byte> bytes)
    {
        var written = new List<byte>(bytes.Length + 256);
        foreach (byte one in bytes)
        {
            switch (one)
            {
                case (byte)Joint:
                    written.AddRange("\r\n"u8);
                    break;
                case (byte)NameEnd:
                    written.AddRange(": "u8);
                    break;
                default:
                    written.Add(one);
                    break;
            }
        }

        return [.. written];
    }
}
