using System.Globalization;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Compute;

/// <summary>Which version of an API a call asks for.</summary>
internal static class Microversion
{
    /// <summary>The minor number; <paramref name="latest"/> for <c>latest</c>, <paramref name="usual"/> if none is asked for.</summary>
    public static int Read(ApiCall call, string service, string? oldHeader, int major, int usual, int latest)
    {
        var text = Asked(call, service, oldHeader);
        if (text is null)
        {
            return usual;
        }

        if (text == "latest")
        {
            return latest;
        }

        if (text.Split('.') is not [var first, var second]
            || !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var asked)
            || !int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var minor))
        {
            throw new ApiException(400, $"API Version String {text} is of invalid format. Must be of format MajorNum.MinorNum.");
        }

        return asked == major && minor >= usual && minor <= latest
            ? minor
            : throw new ApiException(406,
                $"Version {text} is not supported by the API. Minimum is {major}.{usual} and maximum is {major}.{latest}.");
    }

    public static string? Asked(ApiCall call, string service, string? oldHeader) =>
        call.Header("OpenStack-API-Version")?.Split(',')
            .Select(part => part.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(part => part.Length == 2 && part[0] == service)
            .Select(part => part[1]).FirstOrDefault()
        ?? (oldHeader is null ? null : call.Header(oldHeader));
}
