using System.Globalization;

namespace Hotstack.Sandbox.Controllers.Client;

/// <summary>The arguments of ssh, as far as the sandbox's own understands them; of an option given more than
/// once the first counts.</summary>
internal sealed class SshArguments
{
    /// <summary>The options with a value (ssh.c).</summary>
    private const string WithValue = "BbcDEeFIiJLlmOoPpQRSWw";

    private readonly Dictionary<string, string> _options = new(StringComparer.OrdinalIgnoreCase);

    public string Host { get; private set; } = "";

    public string Command { get; private set; } = "";

    public List<string> Identities { get; } = [];

    /// <summary>The value of <c>-D</c>; null if there is none.</summary>
    public string? Dynamic { get; private set; }

    public string? User => this["User"];

    public int Port => Number("Port") ?? 22;

    public string? this[string option] => _options.GetValueOrDefault(option);

    public int? Number(string option) =>
        int.TryParse(this[option], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Reads them.</summary>
    /// <returns>Null if there is no host, or an option lacks its value.</returns>
    public static SshArguments? Read(IReadOnlyList<string> words)
    {
        var read = new SshArguments();
        var at = 0;
        var isOver = false;
        for (; at < words.Count; at++)
        {
            var word = words[at];
            if (!isOver && word == "--")
            {
                isOver = true;
            }
            else if (!isOver && word.Length > 1 && word[0] == '-')
            {
                if (!read.Option(words, ref at))
                {
                    return null;
                }
            }
            else if (read.Host.Length == 0)
            {
                read.SetHost(word);
            }
            else
            {
                break;
            }
        }

        read.Command = string.Join(' ', words.Skip(at));
        return read.Host.Length > 0 ? read : null;
    }

    private bool Option(IReadOnlyList<string> words, ref int at)
    {
        var word = words[at];
        for (var i = 1; i < word.Length; i++)
        {
            if (!WithValue.Contains(word[i], StringComparison.Ordinal))
            {
                continue;
            }

            var value = i + 1 < word.Length ? word[(i + 1)..] : at + 1 < words.Count ? words[++at] : null;
            if (value is null)
            {
                return false;
            }

            Set(word[i], value);
            return true;
        }

        return true;
    }

    private void Set(char option, string value)
    {
        switch (option)
        {
            case 'i':
                Identities.Add(value);
                break;
            case 'D':
                Dynamic ??= value;
                break;
            case 'p':
                _options.TryAdd("Port", value);
                break;
            case 'l':
                _options.TryAdd("User", value);
                break;
            case 'o' when value.IndexOfAny(['=', ' ', '\t']) is > 0 and var end:
                _options.TryAdd(value[..end], value[(end + 1)..].Trim().Trim('='));
                break;
        }
    }

    private void SetHost(string word)
    {
        var at = word.LastIndexOf('@');
        if (at >= 0)
        {
            _options.TryAdd("User", word[..at]);
        }

        Host = word[(at + 1)..];
    }
}
