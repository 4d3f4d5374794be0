using System.Diagnostics;

namespace Hotstack.Fuzz;

/// <summary>Takes parts out of an input for as long as it shows the same defect.</summary>
internal static class Shrinker
{
    public static byte[] Shrink(byte[] input, Predicate<byte[]> isBad, TimeSpan time)
    {
        long begun = Stopwatch.GetTimestamp();
        for (int length = input.Length / 2; length > 0; length /= 2)
        {
            for (int start = 0; start < input.Length && Stopwatch.GetElapsedTime(begun) < time;)
            {
                byte[] shorter = [.. input[..start], .. input[Math.Min(input.Length, start + length)..]];
                if (isBad(shorter))
                {
                    input = shorter;
                }
                else
                {
                    start += length;
                }
            }
        }

        return input;
    }
}
