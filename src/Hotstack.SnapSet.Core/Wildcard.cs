namespace Hotstack;

/// <summary>PowerShell's wildcards: <c>*</c>, <c>?</c>, <c>[abc]</c>, <c>[a-c]</c>, a backtick before a
/// literal. Case does not matter.</summary>
public static class Wildcard
{
    private enum Kind
    {
        Literal,
        AnySign,
        AnyText,
        Set,
    }

    /// <summary>Whether it has a wildcard.</summary>
    public static bool IsPattern(string text) => text.AsSpan().IndexOfAny("*?[") >= 0;

    /// <summary>Whether the whole text matches.</summary>
    public static bool Matches(string text, string pattern)
    {
        List<Part> parts = Parse(pattern);
        (int part, int sign) = (0, 0);
        // Where to resume if the text after the last * does not match; an earlier * need not be tried again.
        (int Part, int Sign)? retry = null;
        while (sign < text.Length)
        {
            if (part < parts.Count && parts[part].Kind == Kind.AnyText)
            {
                retry = (++part, sign);
            }
            else if (part < parts.Count && parts[part].Takes(text[sign]))
            {
                part++;
                sign++;
            }
            else if (retry is { } last)
            {
                retry = (last.Part, last.Sign + 1);
                (part, sign) = retry.Value;
            }
            else
            {
                return false;
            }
        }

        return parts.Skip(part).All(rest => rest.Kind == Kind.AnyText);
    }

    private static List<Part> Parse(string pattern)
    {
        var parts = new List<Part>();
        int lastBracket = pattern.LastIndexOf(']');
        for (int i = 0; i < pattern.Length; i++)
        {
            char sign = pattern[i];
            int end = sign == '[' && i < lastBracket ? pattern.IndexOf(']', i + 1) : -1;
            if (end > i + 1)
            {
                parts.Add(new(Kind.Set, pattern[(i + 1)..end]));
                i = end;
            }
            else if (sign == '`' && i + 1 < pattern.Length)
            {
                parts.Add(new(Kind.Literal, pattern[++i].ToString()));
            }
            else
            {
                parts.Add(new(sign switch { '*' => Kind.AnyText, '?' => Kind.AnySign, _ => Kind.Literal }, sign.ToString()));
            }
        }

        return parts;
    }

    private readonly record struct Part(Kind Kind, string Text)
    {
        public bool Takes(char sign) => Kind switch
        {
            Kind.AnySign => true,
            Kind.Set => IsInSet(sign),
            _ => char.ToUpperInvariant(Text[0]) == char.ToUpperInvariant(sign),
        };

        private bool IsInSet(char sign)
        {
            for (int i = 0; i < Text.Length; i++)
            {
                bool isRange = i + 2 < Text.Length && Text[i + 1] == '-';
                if (IsBetween(Text[i], sign, Text[isRange ? i + 2 : i]))
                {
                    return true;
                }

                i += isRange ? 2 : 0;
            }

            return false;
        }

        private static bool IsBetween(char first, char sign, char last) =>
            (char.ToUpperInvariant(sign) is var upper && first <= upper && upper <= last)
            || (char.ToLowerInvariant(sign) is var lower && first <= lower && lower <= last)
            || (first == last && char.ToUpperInvariant(first) == upper);
    }
}
