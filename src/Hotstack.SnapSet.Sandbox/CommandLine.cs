using System.Globalization;

namespace Hotstack.Sandbox;

/// <summary>A verb's options: <c>--name value</c> or <c>--name=value</c>, and flags without a value.</summary>
internal sealed class CommandLine
{
    private static readonly TimeSpan[] Units =
        [TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1)];

    private readonly Dictionary<string, List<string>> _values = [];

    public CommandLine(string[] args, string[] options, string[] flags)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var equals = args[i].IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? args[i] : args[i][..equals];
            if (flags.Contains(name) && equals < 0)
            {
                Add(name, "");
            }
            else if (!options.Contains(name))
            {
                throw new UsageException($"unknown option '{args[i]}'");
            }
            else if (equals >= 0)
            {
                Add(name, args[i][(equals + 1)..]);
            }
            else if (i + 1 < args.Length)
            {
                Add(name, args[++i]);
            }
            else
            {
                throw new UsageException($"{name} needs a value");
            }
        }
    }

    public bool Has(string flag) => _values.ContainsKey(flag);

    /// <summary>The value; the last, if there are several.</summary>
    public string? Text(string option) => _values.GetValueOrDefault(option)?[^1];

    /// <summary>All values of an option that may be repeated.</summary>
    public IReadOnlyList<string> Texts(string option) => _values.GetValueOrDefault(option) ?? [];

    private void Add(string name, string value)
    {
        _values.TryAdd(name, []);
        _values[name].Add(value);
    }

    public int Port(string option) => Text(option) is not { } text ? 0
        : ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port
        : throw new UsageException($"{option} is no port: '{text}'");

    public int Number(string option, int otherwise) => Text(option) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new UsageException($"{option} is no whole number: '{text}'");

    public double Positive(string option, double otherwise) => Text(option) is not { } text ? otherwise
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0 && double.IsFinite(number)
            ? number
        : throw new UsageException($"{option} is no positive number: '{text}'");

    /// <summary>A number with a unit: <c>40d</c>, <c>12h</c>, <c>90m</c>, <c>30s</c>.</summary>
    public TimeSpan Duration(string option, TimeSpan otherwise)
    {
        if (Text(option) is not { } text)
        {
            return otherwise;
        }

        var unit = text.Length > 1 ? "smhd".IndexOf(text[^1], StringComparison.Ordinal) : -1;
        return unit >= 0 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number <= 100_000
            ? number * Units[unit]
            : throw new UsageException($"{option} is no duration such as 40d, 12h or 90m: '{text}'");
    }

    public T Choice<T>(string option, T otherwise)
        where T : struct, Enum => Text(option) is not { } text ? otherwise
        : Enum.TryParse<T>(text, ignoreCase: true, out var choice) && !char.IsDigit(text[0]) ? choice
        : throw new UsageException($"{option} is '{text}', but may be {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");
}
