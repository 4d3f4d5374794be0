using System.Globalization;

namespace Hotstack.Contract;

/// <summary>A part of the contract on a real cloud, whose tests take minutes: the variable <c>HOTSTACK_CONTRACT_SHARD</c> names it, such as
/// <c>1/2</c>. Without it, all tests are run.</summary>
internal sealed record ContractShard(int Number, int Count)
{
    public static ContractShard OfThisRun { get; } = Parse(Environment.GetEnvironmentVariable("HOTSTACK_CONTRACT_SHARD"));

    /// <summary>The same test is in the same shard in every run.</summary>
    public bool Has(string test) => test.Sum(c => c) % Count == Number - 1;

    /// <exception cref="FormatException">It is not a number, a slash and a number.</exception>
    public static ContractShard Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return new(1, 1);
        }

        int[] parts = [.. text.Split('/').Select(part => int.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture))];
        return parts is [>= 1, >= 1] && parts[0] <= parts[1]
            ? new(parts[0], parts[1])
            : throw new FormatException($"HOTSTACK_CONTRACT_SHARD is '{text}', not such as 1/2.");
    }
}
