using Hotstack.Http;

namespace Hotstack.Fuzz.Targets;

/// <summary>Answers of services.</summary>
internal static class Answers
{
    private static readonly Dictionary<string, string> Json = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Content-Type"] = "application/json",
        ["X-Subject-Token"] = Secret.Marker,
    };

    public static ApiResponse Of(byte[] body, int status = 200, IReadOnlyDictionary<string, string>? headers = null) => new(
        new ApiRequest("compute", HttpMethod.Get, new Uri("https://cloud.example/compute/v2.1/servers")) { Secrets = [Secret.Marker] },
        status, headers ?? Json, body);
}
