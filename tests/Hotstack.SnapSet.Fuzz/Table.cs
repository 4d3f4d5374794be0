namespace Hotstack.Fuzz;

/// <summary>The results for people.</summary>
internal static class Table
{
    private const int MostIds = 4;

    public static void Write(IReadOnlyList<FuzzResult> results)
    {
        Console.WriteLine($"{"target",-22}{"inputs",8}{"accepted",10}{"refused",9}{"slowest",12}{"most memory",13}{"BAD",6}  refused by");
        foreach (FuzzResult result in results)
        {
            string ids = string.Join(", ", result.Refused.OrderByDescending(pair => pair.Value).Take(MostIds)
                .Select(pair => $"{pair.Key} {pair.Value}"))
                + (result.Refused.Count > MostIds ? $" and {result.Refused.Count - MostIds} more" : "");
            Console.WriteLine(FormattableString.Invariant(
                $"{result.Target,-22}{result.Inputs,8}{result.Accepted,10}{result.Refused.Values.Sum(),9}{result.SlowestMilliseconds,9:0.0} ms{result.MostBytes / 1048576.0,9:0.0} MiB{result.Bad.Sum(bad => bad.Count),6}  {ids}"));
        }

        foreach (FuzzResult result in results)
        {
            foreach (BadInput bad in result.Bad)
            {
                Console.WriteLine();
                Console.WriteLine($"FAIL {result.Target}, input {bad.Input} ({bad.Count} times): {bad.Kind}");
                Console.WriteLine(bad.What);
                if (bad.Shrunken.Length > 0)
                {
                    Console.WriteLine($"shrunken: {bad.Shrunken}");
                }
            }
        }
    }
}
