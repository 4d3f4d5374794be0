using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Hotstack.Configuration;

namespace Hotstack.Http;

/// <summary>
/// A folder of authorities as OpenSSL uses one: of its files those count whose names are hashes (<c>5ad8a5d6.0</c>), which
/// <c>openssl rehash</c> and <c>c_rehash</c> make.
/// </summary>
internal static partial class CertificateFolder
{
    private const int MostFiles = 2000;

    /// <summary>The PEM text of a file, or of all that count in a folder. A link to a file that is gone is passed over, as by OpenSSL.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="CryptographicException">No file of the folder counts.</exception>
    public static string ReadText(string path)
    {
        if (!Directory.Exists(path))
        {
            return InputFile.ReadText(path);
        }

        string[] files = [.. Directory.EnumerateFiles(path).Where(file => Hashed().IsMatch(Path.GetFileName(file))).Order(StringComparer.Ordinal).Take(MostFiles)];
        return files.Length > 0
            ? string.Join('\n', files.Where(File.Exists).Select(file => InputFile.ReadText(file)))
            : throw new CryptographicException(
                "it is a folder without any file named by a hash (5ad8a5d6.0). Name a file of certificates, or run 'openssl rehash' on the folder.");
    }

    [GeneratedRegex(@"\A[0-9a-f]{8}\.[0-9]{1,4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hashed();
}
