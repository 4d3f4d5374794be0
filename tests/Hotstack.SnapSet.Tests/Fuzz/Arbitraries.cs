using FsCheck;
using FsCheck.Fluent;

namespace Hotstack.Fuzz;

/// <summary>Values of our own kind for properties.</summary>
public static class Arbitraries
{
    private static readonly DateTimeOffset Start = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<string> Texts = Gen.Elements("a", "B", "7", "-", "_", ".", " ", "ä", "'", "\"", ":", "#", "{", "}}", "\\",
        "é", "%", "&", "!", "*", "🙂")
        .ListOf().Select(parts => string.Concat(parts.Take(12)).Trim());

    public static Arbitrary<PlainText> PlainText() => Texts.Where(text => text.Length > 0).Select(text => new PlainText(text))
        .ToArbitrary();

    public static Arbitrary<Second> Second() => Gen.Choose(0, int.MaxValue).Select(seconds => new Second(Start.AddSeconds(seconds)))
        .ToArbitrary();

    public static Arbitrary<Pattern> Pattern() =>
        (from pattern in Gen.Elements("a", "b", "A", "*", "?", "[ab]", "[a-c]", "[c-a]", "[", "]", "[-a]", "`*", "`").ListOf()
         from name in Gen.Elements("a", "b", "c", "A", "*", "]", "-").ListOf()
         select new Pattern(string.Concat(pattern.Take(7)), string.Concat(name.Take(7)))).ToArbitrary();

    public static Arbitrary<Mac> Mac() => Gen.Choose(0, 255).ArrayOf(6).Select(bytes => new Mac([.. bytes.Select(b => (byte)b)]))
        .ToArbitrary();

    public static Arbitrary<JsonValueText> JsonValueText() => Json(3).Select(json => new JsonValueText(json)).ToArbitrary();

    private static Gen<string> Json(int depth)
    {
        Gen<string> text = Gen.OneOf(Texts,
            Gen.Elements("yes", "null", "0644", "1.10", "2018-08-31", "12:30:45", "a\nb", " x ", "\t", "~", "{{ a }}", "1e5", "\u2028",
            "a: b", "- a", "|"))
            .Select(value => System.Text.Json.JsonSerializer.Serialize(value));
        Gen<string> leaf = Gen.OneOf(text, Gen.Elements("true", "false", "null", "0", "-1", "1.5", "9007199254740993", "1E+30"));
        if (depth == 0)
        {
            return leaf;
        }

        Gen<string> inner = Json(depth - 1);
        return Gen.OneOf(
            leaf,
            inner.ListOf().Select(items => $"[{string.Join(',', items.Take(4))}]"),
            (from name in text from value in inner select (name, value)).ListOf().Select(fields =>
                "{" + string.Join(',', fields.Take(4).DistinctBy(field => field.name).Select(field => $"{field.name}:{field.value}"))
                    + "}"));
    }
}

/// <summary>A text as people and services write one: not empty, nothing that no line has, no blank at its ends.</summary>
public sealed record PlainText(string Value);

/// <summary>A time with nothing below its seconds.</summary>
public sealed record Second(DateTimeOffset Value);

/// <summary>A pattern with wildcards, and a name.</summary>
public sealed record Pattern(string Value, string Name);

/// <summary>The bytes of a MAC address.</summary>
public sealed record Mac(byte[] Bytes);

/// <summary>Any JSON.</summary>
public sealed record JsonValueText(string Value);
