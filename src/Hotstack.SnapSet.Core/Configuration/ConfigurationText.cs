using System.Text;

namespace Hotstack.Configuration;

/// <summary>The text of a configuration file.</summary>
internal static class ConfigurationText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="HotstackException">It is too large, no text, or encrypted; by the mark's id.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string Read(Stream stream, SourceMark file, int mostBytes = ConfigTreeLimits.Bytes)
    {
        var bytes = ReadBounded(stream, file, mostBytes);
        try
        {
            // A byte order mark decides: older Windows tools write UTF-16.
            using var reader = new StreamReader(new MemoryStream(bytes), StrictUtf8, detectEncodingFromByteOrderMarks: true);
            string text = reader.ReadToEnd();
            return AnsibleVault.IsWhole(text)
                ? throw ConfigurationErrors.At(file, "it is encrypted by ansible-vault.", AnsibleVault.HintOf(file.Source))
                : text;
        }
        catch (DecoderFallbackException e)
        {
            throw ConfigurationErrors.At(file, "it is not UTF-8 text.", "Save it as UTF-8.", e);
        }
    }

    private static byte[] ReadBounded(Stream stream, SourceMark file, int mostBytes)
    {
        using var copy = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int length; (length = stream.Read(buffer)) > 0;)
        {
            copy.Write(buffer, 0, length);
            if (copy.Length > mostBytes)
            {
                throw ConfigurationErrors.At(file, $"it is larger than {mostBytes / 1024} KiB.");
            }
        }

        return copy.ToArray();
    }
}
