using System.Globalization;

namespace Hotstack.Bench;

/// <summary>What is made of measured numbers.</summary>
internal static class Figures
{
    public static double Median(IEnumerable<double> values) => Quantile(values, 0.5);

    public static double Quantile(IEnumerable<double> values, double part)
    {
        double[] ordered = [.. values.Order()];
        return ordered[(int)((ordered.Length - 1) * part)];
    }

    /// <summary>The exponent with which something grows: the slope of the line, by least squares, through the logarithms.</summary>
    public static double Exponent(IEnumerable<(double Size, double Value)> points)
    {
        (double X, double Y)[] logs = [.. points.Select(p => (Math.Log(p.Size), Math.Log(Math.Max(p.Value, 1e-9))))];
        (double meanX, double meanY) = (logs.Average(p => p.X), logs.Average(p => p.Y));
        return logs.Sum(p => (p.X - meanX) * (p.Y - meanY)) / logs.Sum(p => (p.X - meanX) * (p.X - meanX));
    }

    public static string Text(double value, string format = "0.00") => value.ToString(format, CultureInfo.InvariantCulture);

    public static string Seconds(double milliseconds) => $"{Text(milliseconds / 1000, milliseconds < 10_000 ? "0.00" : "0.0")} s";

    public static string MiB(double bytes) => $"{Text(bytes / (1 << 20), "0")} MiB";

    /// <summary>How many times as much: <c>3.4 x</c>.</summary>
    public static string Times(double value, double than) => $"{Text(value / than, value / than < 10 ? "0.00" : "0.0")} x";
}
