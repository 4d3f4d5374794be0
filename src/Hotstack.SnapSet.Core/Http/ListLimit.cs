using System.Globalization;

namespace Hotstack.Http;

/// <summary>Limits lists without an end. The limits are far above what a real cloud or cluster holds.</summary>
internal sealed class ListLimit
{
    /// <summary>Of all pages together.</summary>
    internal const int MaxItems = 100_000;

    /// <summary>Of all pages together, as received.</summary>
    internal const long MaxBytes = 256L << 20;

    /// <summary>Empty pages count too.</summary>
    internal const int MaxPages = 10_000;

    private int _items;
    private long _bytes;
    private int _pages;

    /// <summary>Counts a page.</summary>
    /// <param name="page">The answer.</param>
    /// <param name="items">How many items it has.</param>
    /// <exception cref="ServiceException">The list is too long (<c>ListEndless</c>).</exception>
    public void Add(ApiResponse page, int items)
    {
        _items += items;
        _bytes += page.Body.Length;
        _pages++;
        string? most = _items > MaxItems ? $"{Number(MaxItems)} items"
            : _bytes > MaxBytes ? ByteText.Of(MaxBytes)
            : _pages > MaxPages ? $"{Number(MaxPages)} pages"
            : null;
        if (most is not null)
        {
            throw Endless(page, $"its list has more than {most}");
        }
    }

    /// <summary>A list whose next page repeats an earlier one.</summary>
    public static ServiceException Repeated(ApiResponse page) => Endless(page, "its list repeats a page");

    private static ServiceException Endless(ApiResponse page, string reason) =>
        new(ErrorCause.ResponseInvalid, "ListEndless", page.Request, $"answered {page.Status}, but {reason}")
        {
            Status = page.Status,
            RequestId = page.RequestId,
            Hint = "Ask the operator of the service: the service, or a proxy in front of it, never ends this list.",
        };

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
