using System.Globalization;
using Hotstack.Http;

namespace Hotstack.OpenStack.Compute;

/// <summary>The microversions to ask for, the best first. A cloud that does not know one (406) is asked for the next; at the end for none,
/// since its base version tells less, but enough.</summary>
/// <param name="wanted">For instance <c>2.69</c>, <c>2.47</c>.</param>
internal sealed class Microversions(params string[] wanted)
{
    private readonly string?[] _wanted = [.. wanted.Distinct(StringComparer.Ordinal), null];
    private int _index;

    /// <summary>Makes a call with the best microversion that the cloud has; which one that is, is remembered.</summary>
    public async Task<T> CallAsync<T>(Func<string?, Task<T>> call)
    {
        while (true)
        {
            int index = Volatile.Read(ref _index);
            try
            {
                return await call(_wanted[index]);
            }
            catch (ServiceException e) when (e.Status == 406 && _wanted[index] is not null)
            {
                // Another call may have found out already.
                Interlocked.CompareExchange(ref _index, index + 1, index);
            }
        }
    }

    /// <summary>Whether a microversion is another or a later one; <c>latest</c> is.</summary>
    public static bool IsAtLeast(string microversion, string least) =>
        microversion == "latest" || (Minor(microversion) is { } minor && minor >= Minor(least));

    private static int? Minor(string microversion) =>
        int.TryParse(microversion[(microversion.IndexOf('.', StringComparison.Ordinal) + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int minor)
            ? minor
            : null;
}
