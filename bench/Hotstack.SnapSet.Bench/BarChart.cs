using System.Globalization;
using System.Text;

namespace Hotstack.Bench;

/// <summary>A chart of pairs of bars, ours and upstream's, as a file of SVG beside the results. The fills differ in more than colour.</summary>
/// <param name="name">The file's name without its ending: <c>create</c>.</param>
/// <param name="title">What is compared, in words.</param>
internal sealed class BarChart(string name, string title)
{
    private const int Width = 720;
    private const int Left = 190;
    private const int Right = 130;
    private const int Bar = 16;
    private const int Group = 48;
    private const int Top = 70;

    private readonly List<(string Label, double? Ours, double? Theirs, string? Note)> _pairs = [];

    /// <summary>Adds a pair, in milliseconds; null where a way did not get to the end, which <paramref name="note"/> says.</summary>
    public void Add(string label, double? ours, double? theirs, string? note = null) => _pairs.Add((label, ours, theirs, note));

    /// <summary>Writes the file, and gives the line of Markdown that shows it.</summary>
    public string Write()
    {
        string folder = Path.Combine(Repository.Root, "bench", "charts");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{name}.svg"), Draw());
        return $"![{title}](charts/{name}.svg)";
    }

    private string Draw()
    {
        double longest = _pairs.Max(pair => Math.Max(pair.Ours ?? 0, pair.Theirs ?? 0));
        int height = Top + (_pairs.Count * Group) + 10;
        var svg = new StringBuilder();
        Line($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" role="img" aria-label="{Escape(title)}" font-family="system-ui, sans-serif" font-size="13">""");
        Line("""<defs><pattern id="upstream" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/><rect width="3" height="6" fill="#6b5b00"/></pattern></defs>""");
        Line($"""<rect width="{Width}" height="{height}" fill="#fff"/>""");
        Line($"""<text x="12" y="24" font-size="16" font-weight="600" fill="#111">{Escape(title)}</text>""");
        Legend(12, "#0b5394", "ours");
        Legend(90, "url(#upstream)", "upstream's way");
        for (int i = 0; i < _pairs.Count; i++)
        {
            (string label, double? ours, double? theirs, string? note) = _pairs[i];
            int y = Top + (i * Group);
            Line($"""<text x="{Left - 10}" y="{y + Bar + 4}" text-anchor="end" fill="#111">{Escape(label)}</text>""");
            Draw(y, ours, "#0b5394");
            Draw(y + Bar + 3, theirs, "url(#upstream)", note);
        }

        Line("</svg>");
        return svg.ToString();

        void Line(string text) => svg.Append(text).Append('\n');

        void Legend(int x, string fill, string text)
        {
            Line($"""<rect x="{x}" y="38" width="14" height="14" fill="{fill}" stroke="#333" stroke-width="0.5"/>""");
            Line($"""<text x="{x + 20}" y="50" fill="#111">{Escape(text)}</text>""");
        }

        void Draw(int y, double? value, string fill, string? note = null)
        {
            double length = (Width - Left - Right) * (value ?? 0) / longest;
            if (value is not null)
            {
                Line($"""<rect x="{Left}" y="{y}" width="{Number(length)}" height="{Bar}" fill="{fill}" stroke="#333" stroke-width="0.5"/>""");
            }

            string text = value is { } shown ? Figures.Seconds(shown) : note ?? "";
            Line($"""<text x="{Number(Left + length + 6)}" y="{y + Bar - 4}" fill="#111">{Escape(text)}</text>""");
        }
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Escape(string text) => System.Security.SecurityElement.Escape(text);
}
