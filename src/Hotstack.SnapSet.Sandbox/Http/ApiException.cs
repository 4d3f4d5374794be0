namespace Hotstack.Sandbox.Http;

/// <summary>A refusal; the service that throws it gives it its own shape on the wire.</summary>
internal class ApiException(int status, string message, string? kind = null) : Exception(message)
{
    public int Status { get; } = status;

    /// <summary>The name of the error, where a service has more than one for a status.</summary>
    public string? Kind { get; } = kind;
}
