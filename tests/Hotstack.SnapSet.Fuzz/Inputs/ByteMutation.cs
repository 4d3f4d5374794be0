using System.Text;

namespace Hotstack.Fuzz.Inputs;

/// <summary>Changes bytes without regard for what they mean.</summary>
internal static class ByteMutation
{
    public static byte[] Mutated(byte[] input, Random random, int most = 5)
    {
        var bytes = new List<byte>(input);
        for (int change = random.Next(most) + 1; change > 0; change--)
        {
            Change(bytes, random);
        }

        return [.. bytes];
    }

    /// <summary>Its beginning, as of a file that was cut off.</summary>
    public static byte[] Torn(byte[] input, Random random) => input[..random.Next(input.Length + 1)];

    private static void Change(List<byte> bytes, Random random)
    {
        int at = random.Next(bytes.Count + 1);
        int length = Math.Min(bytes.Count - at, random.Next(8) == 0 ? random.Next(400) : random.Next(8));
        switch (random.Next(6))
        {
            case 0:
                bytes.RemoveRange(at, length);
                break;
            case 1:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 2:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(Vocabulary.Token(random)));
                break;
            case 3 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 4 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            default:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(Vocabulary.Scalar(random)));
                break;
        }
    }
}
