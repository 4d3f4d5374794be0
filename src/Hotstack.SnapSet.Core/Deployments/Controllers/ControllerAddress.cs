using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hotstack.Deployments.Controllers;

/// <summary>How ssh reaches a controller: what the user names, or what upstream's output <c>controller_ansible_host</c> holds.</summary>
/// <param name="Host">An address, a name, or a Host of the user's ssh config.</param>
/// <param name="User">The user there; null for the one of the ssh config.</param>
/// <param name="Port">The port; null for the one of the ssh config.</param>
public sealed partial record ControllerAddress(string Host, string? User = null, int? Port = null)
{
    /// <summary>The user that upstream's templates create.</summary>
    internal const string UsualUser = "zuul";

    private const string Hint = "Give user@host, user@host:port, a Host of ~/.ssh/config, or the value of the stack's output "
        + "controller_ansible_host (ansible_host, ansible_ssh_user).";

    /// <summary>Reads <c>[user@]host[:port]</c>; an IPv6 address with a port stands in brackets.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <exception cref="HotstackException"><c>ControllerInvalid</c>.</exception>
    public static ControllerAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Match match = Pattern().Match(text.Trim());
        return match.Success
            ? Of("-Controller", match.Groups["host"].Value, TextOf(match.Groups["user"]), TextOf(match.Groups["port"]))
            : throw Invalid("-Controller", $"'{text}' is not the address of a machine.");
    }

    /// <summary>Reads the mapping of Ansible's <c>add_host</c>. Its other keys, such as options of ssh, are not used.</summary>
    /// <param name="place">Where it stands, for messages.</param>
    /// <param name="value">Gives the text of a key; null if it is missing.</param>
    /// <exception cref="HotstackException"><c>ControllerInvalid</c>.</exception>
    public static ControllerAddress Of(string place, Func<string, string?> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Of(
            place,
            value("ansible_host") ?? value("ansible_ssh_host") ?? throw Invalid(place, "It has no ansible_host."),
            value("ansible_ssh_user") ?? value("ansible_user"),
            value("ansible_port") ?? value("ansible_ssh_port"));
    }

    /// <inheritdoc cref="Of(string, Func{string, string?})"/>
    internal static ControllerAddress Of(string place, JsonElement mapping) => mapping.ValueKind == JsonValueKind.Object
        ? Of(place, key => mapping.Field(key) is { } field ? TextOf(place, key, field) : null)
        : throw Invalid(place, $"It is a {mapping.ValueKind.ToString().ToLowerInvariant()}, not a mapping.");

    /// <summary><c>zuul@203.0.113.17:22</c>.</summary>
    public override string ToString() => (User is null ? "" : $"{User}@")
        + (Port is { } port ? $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{port}" : Host);

    /// <summary>The address is an IP address.</summary>
    internal bool IsIPAddress => IPAddress.TryParse(Host, out IPAddress? found)
        && (found.AddressFamily == AddressFamily.InterNetworkV6 || Host.Count(sign => sign == '.') == 3);

    /// <summary>ssh gives host and user to commands of its config (ProxyCommand, Match exec), so neither may hold what a shell obeys, nor
    /// look like an option.</summary>
    internal static ControllerAddress Of(string place, string host, string? user, string? port)
    {
        if (!Name().IsMatch(host))
        {
            throw Invalid(place, $"'{host}' is not the name or address of a machine.");
        }

        if (user is not null && !UserName().IsMatch(user))
        {
            throw Invalid(place, $"'{user}' is not the name of a user.");
        }

        int number = 0;
        return port is null
            || (int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and <= ushort.MaxValue)
            ? new ControllerAddress(host, user, port is null ? null : number)
            : throw Invalid(place, $"'{port}' is not a port.");
    }

    private static string? TextOf(string place, string key, JsonElement field) => field.ValueKind switch
    {
        JsonValueKind.String => field.GetString() is { Length: > 0 } text ? text : null,
        JsonValueKind.Number => field.GetRawText(),
        JsonValueKind.Null => null,
        _ => throw Invalid(place, $"Its {key} is not a text."),
    };

    private static string? TextOf(Group group) => group.Success ? group.Value : null;

    private static HotstackException Invalid(string place, string reason) =>
        new(ErrorCause.InputInvalid, "ControllerInvalid", $"{place} is not a usable controller: {reason}")
        {
            Target = place,
            Hint = Hint,
        };

    [GeneratedRegex(@"\A(?:ssh://)?(?:(?<user>[^@]*)@)?(?:\[(?<host>[^\]]*)\]|(?<host>[^@:/\[\]]*)|(?<host>[^@/\[\]]*:[^@/\[\]]*:[^@/\[\]]*))(?::(?<port>[^:@/]*))?/?\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\A[\p{L}\p{N}_][\p{L}\p{N}._-]*\z|\A[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9._-]+)?\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[\p{L}\p{N}_][\p{L}\p{N}._@\\+-]*\z")]
    private static partial Regex UserName();
}
