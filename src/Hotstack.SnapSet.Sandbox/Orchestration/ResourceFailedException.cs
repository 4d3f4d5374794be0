using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Orchestration;

/// <summary>A resource cannot be had; Heat's name and words for why.</summary>
internal sealed class ResourceFailedException(string kind, string message) : Exception(message)
{
    private static readonly string[] NeutronsOwn =
    [
        "NetworkNotFound", "PortNotFound", "StateInvalid", "NetworkInUse", "PortInUse", "IpAddressInUse", "IpAddressAlreadyAllocated",
            "InvalidIpForNetwork",
        "InvalidIpForSubnet", "OverQuota", "IpAddressGenerationFailure", "MacAddressInUse", "ExternalIpAddressExhausted",
    ];

    /// <summary>The class of the error in Heat's language.</summary>
    public string Kind { get; } = kind;

    /// <summary>What a service's client makes of its refusal.</summary>
    public static ResourceFailedException Of(ApiException refusal, string? client, string requestId)
    {
        var usual = refusal.Status switch
        {
            400 => "BadRequest", 403 => "Forbidden", 404 => "NotFound", 409 => "Conflict", 413 => "OverLimit", _ => "ClientException",
        };
        return client switch
        {
            "neutron" => new(
                NeutronsOwn.Contains(refusal.Kind) ? refusal.Kind + "Client" : usual,
                $"{refusal.Message}\nNeutron server returns request_ids: ['{requestId}']"),
            "nova" or "cinder" => new(usual, $"{refusal.Message} (HTTP {refusal.Status}) (Request-ID: {requestId})"),
            _ => new(refusal.Kind ?? "StackValidationFailed", refusal.Message),
        };
    }
}
