using System.Text;
using Hotstack.Configuration;
using Hotstack.OpenShift.Configuration;

namespace Hotstack.OpenShift;

/// <summary>The header fields that say who we are, where a client certificate does not.</summary>
internal sealed class Credentials(ClusterConfiguration configuration, TimeProvider time)
{
    /// <summary>A mounted token is replaced now and then by whoever mounts it.</summary>
    private static readonly TimeSpan FileLife = TimeSpan.FromMinutes(1);

    private readonly object _gate = new();
    private (string Token, DateTimeOffset ReadAt)? _fromFile;

    /// <exception cref="HotstackException">The token file cannot be read (<c>TokenFileInvalid</c>).</exception>
    public (IReadOnlyList<KeyValuePair<string, string>> Headers, IReadOnlyList<string> Secrets) Get()
    {
        var headers = new List<KeyValuePair<string, string>>();
        var secrets = new List<string>(configuration.Secrets);
        if (configuration.TokenFile is { } file)
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
            // The transport takes the name that the server's certificate has to bear from this field.
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

        headers.AddRange(configuration.ImpersonateGroups.Select(group => KeyValuePair.Create("Impersonate-Group", group)));
        headers.AddRange(configuration.ImpersonateExtra.SelectMany(
            extra => extra.Value.Select(value => KeyValuePair.Create($"Impersonate-Extra-{Uri.EscapeDataString(extra.Key)}", value))));
        if (headers.GroupBy(h => h.Key).FirstOrDefault(field => field.Count() > 1) is { } several)
        {
            // .NET puts them into one field, which the API server takes for one value.
            throw new HotstackException(
                ErrorCause.ConfigurationInvalid, "ImpersonationUnsupported",
                $"Context '{configuration.Context}' impersonates with {several.Count()} values of {several.Key}; only one can be sent.")
            {
                Target = configuration.Context,
                Hint = "Use a context with credentials of its own.",
            };
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
                throw new HotstackException(
                    ErrorCause.ConfigurationInvalid, "TokenFileInvalid", $"The token file {PathValue.Shown(path)} cannot be read: {e.Message}", e)
                {
                    Target = PathValue.Shown(path),
                    Hint = "It is the 'tokenFile' of the kubeconfig's user.",
                };
            }
        }
    }
}
