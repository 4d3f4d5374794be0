using System.Text;

namespace Hotstack.Fuzz;

/// <summary>Something that reads what others wrote: how to make input for it, and how to have it read.</summary>
internal abstract class FuzzTarget
{
    /// <summary>Its short name: <c>clouds</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Hostile input that comes first in every run.</summary>
    public virtual IReadOnlyList<byte[]> Hostile => [];

    /// <summary>Input of any length, which has to cost no more than its length: a name, and what makes so many characters.</summary>
    public virtual IReadOnlyDictionary<string, Func<int, string>> Growing => new Dictionary<string, Func<int, string>>();

    /// <summary>How long growing input becomes.</summary>
    public virtual int GrownLength => 200_000;

    /// <summary>How much memory may be taken, in all, to read so many bytes.</summary>
    public virtual long MostMemory(int length) => (128L << 20) + (1024L * length);

    /// <summary>Makes an input; the same for the same numbers.</summary>
    public abstract byte[] Generate(Random random);

    /// <summary>Has it read, and checks what came of it. Any exception that escapes is a defect.</summary>
    public abstract Verdict Run(byte[] input);

    protected static string Text(byte[] input) => Encoding.UTF8.GetString(input);

    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}

/// <summary>What became of an input.</summary>
/// <param name="Refusal">The id of the error by which it was refused; null if it was accepted.</param>
internal readonly record struct Verdict(string? Refusal)
{
    public static readonly Verdict Accepted = new(null);

    /// <summary>Whatever the library may refuse it with is fine, if it does not tell a secret.</summary>
    public static Verdict Of(Action work)
    {
        try
        {
            work();
            return Accepted;
        }
        catch (HotstackException e)
        {
            Secret.MustNotBeIn(e);
            return new(e.Id);
        }
    }
}

/// <summary>An input was read without an exception, but not as it should be.</summary>
internal sealed class CheckFailedException(string what) : Exception(what)
{
    public static void Unless(bool holds, string what)
    {
        if (!holds)
        {
            throw new CheckFailedException(what);
        }
    }
}
