using System.Text;
using Hotstack.Configuration;
using Hotstack.Http;
using Hotstack.OpenShift.Login;

namespace Hotstack.OpenShift;

/// <summary>The header fields with our credentials, beside a client certificate.</summary>
internal sealed class Credentials(ClusterConfiguration configuration, TimeProvider time)
{
    /// <summary>A mounted token is renewed from time to time.</summary>
    private static readonly TimeSpan FileLife = TimeSpan.FromMinutes(1);

    private readonly object _gate = new();
    private (string Token, DateTimeOffset ReadAt)? _fromFile;

    /// <param name="login">The credential of a login; null for none.</param>
    /// <exception cref="HotstackException">The token file cannot be read and there is no other token (<c>TokenFileInvalid</c>).</exception>
    public (IReadOnlyList<KeyValuePair<string, string>> Headers, IReadOnlyList<string> Secrets) Get(LoginCredential? login = null)
    {
        var headers = new List<KeyValuePair<string, string>>();
        var secrets = new List<string>(configuration.Secrets);
        if (login?.Certificate is { } certificate)
        {
            secrets.Add(certificate.Key);
        }

        if (login?.Token is { } given)
        {
            AddToken(given);
        }
        else if (configuration.TokenFile is { } file)
        {
            AddToken(FromFile(file));
        }
        else if (configuration.Token is { } token)
        {
            AddToken(token);
        }
        else if (configuration.BasicUser is { } user)
        {
            string pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{configuration.BasicPassword}"));
            headers.Add(new("Authorization", $"Basic {pair}"));
            secrets.Add(pair);
        }

        if (configuration.Tls.ServerName is { } name)
        {
            // The transport checks the server's certificate for this name.
            headers.Add(new("Host", name));
        }

        AddImpersonation(headers);
        return (headers, secrets);

        void AddToken(string secret)
        {
            headers.Add(new("Authorization", $"Bearer {secret}"));
            secrets.Add(secret);
        }
    }

    private void AddImpersonation(List<KeyValuePair<string, string>> headers)
    {
        if (configuration.ImpersonateUser is not { } user)
        {
            return;
        }

        headers.Add(new("Impersonate-User", user));
        if (configuration.ImpersonateUid is { } uid)
        {
            headers.Add(new("Impersonate-Uid", uid));
        }

        Add("Impersonate-Group", configuration.ImpersonateGroups);
        foreach ((string key, IReadOnlyList<string> values) in configuration.ImpersonateExtra)
        {
            Add($"Impersonate-Extra-{Uri.EscapeDataString(key)}", values);
        }

        void Add(string field, IReadOnlyList<string> values)
        {
            if (values.Count > 0)
            {
                headers.Add(new(field, RepeatedFields.Join(field, values)));
            }
        }
    }

    private string FromFile(string path)
    {
        lock (_gate)
        {
            if (_fromFile is { } read && time.GetUtcNow() - read.ReadAt < FileLife)
            {
                return read.Token;
            }

            try
            {
                string token = InputFile.ReadText(path).Trim();
                _fromFile = token.Length > 0 ? (token, time.GetUtcNow()) : throw new IOException("it is empty.");
                return token;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if ((_fromFile?.Token ?? configuration.Token) is { } known)
                {
                    // As client-go: the known token stays in use.
                    return known;
                }

                throw new HotstackException(
                    ErrorCause.ConfigurationInvalid, "TokenFileInvalid",
                        $"The token file {PathValue.Shown(path)} cannot be read: {e.Message}", e)
                {
                    Target = PathValue.Shown(path),
                    Hint = "Check 'tokenFile' of the kubeconfig's user.",
                };
            }
        }
    }
}
