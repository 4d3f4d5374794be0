using System.Text;

namespace Hotstack.OpenShift.Login;

/// <summary>What a plugin writes to its error output: prompts while it waits, and the last of it for an error.</summary>
internal sealed class ExecErrorOutput
{
    private const int MostSigns = 8 * 1024;
    private const int MostShown = 600;

    private readonly object _gate = new();
    private readonly StringBuilder _last = new();
    private readonly StringBuilder _untold = new();
    private string _seen = "";

    /// <summary>Reads to the end; of a long text the last part is kept.</summary>
    public async Task ReadAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        char[] buffer = new char[4096];
        for (int length; (length = await reader.ReadAsync(buffer)) > 0;)
        {
            lock (_gate)
            {
                Append(_last, buffer.AsSpan(0, length));
                Append(_untold, buffer.AsSpan(0, length));
            }
        }
    }

    /// <summary>The last part, as it came.</summary>
    public string Last(Func<string, string> hide)
    {
        lock (_gate)
        {
            // Hidden before it is cut, so that no half of a secret stays.
            string text = hide(_last.ToString()).Trim();
            return text.Length <= MostShown ? text : "…" + text[^(char.IsLowSurrogate(text[^MostShown]) ? MostShown - 1 : MostShown)..];
        }
    }

    /// <summary>The lines since the last call. A line that has not ended waits for the next call, and is a prompt if it stays like that.</summary>
    /// <param name="hide">Hides secrets, of which one may have several lines.</param>
    /// <param name="isAll">Nothing more comes.</param>
    public IReadOnlyList<string> TakeLines(Func<string, string> hide, bool isAll)
    {
        lock (_gate)
        {
            string text = _untold.ToString();
            int end = isAll || text == _seen ? text.Length : text.LastIndexOf('\n') + 1;
            _untold.Remove(0, end);
            _seen = text[end..];
            return hide(text[..end]).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }
    }

    private static void Append(StringBuilder text, ReadOnlySpan<char> more)
    {
        text.Append(more);
        if (text.Length > MostSigns)
        {
            // Up to the end of a line, so that no half of a secret stays.
            string last = text.ToString(text.Length - MostSigns, MostSigns);
            text.Clear().Append(last.AsSpan(last.IndexOf('\n') + 1));
        }
    }
}
