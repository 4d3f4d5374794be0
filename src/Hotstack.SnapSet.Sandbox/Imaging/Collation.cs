namespace Hotstack.Sandbox.Imaging;

/// <summary>How the database under Glance compares text: without regard to case and to blanks at the end.</summary>
internal sealed class Collation : IEqualityComparer<string?>
{
    public static readonly Collation Instance = new();

    public bool Equals(string? x, string? y) => string.Equals(x?.TrimEnd(' '), y?.TrimEnd(' '), StringComparison.OrdinalIgnoreCase);

    public int GetHashCode(string? obj) => StringComparer.OrdinalIgnoreCase.GetHashCode(obj?.TrimEnd(' ') ?? "");
}
