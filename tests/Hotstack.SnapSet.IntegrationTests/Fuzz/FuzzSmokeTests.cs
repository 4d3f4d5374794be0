using Hotstack.Fuzz.Targets;
using Xunit;

namespace Hotstack.Fuzz;

/// <summary>A little of what the program of its own does at length.</summary>
public sealed class FuzzSmokeTests
{
    private const int Inputs = 200;

    public static TheoryData<string> Names => [.. AllTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Odd_input_is_read_or_refused(string name)
    {
        FuzzTarget target = AllTargets.All.Single(t => t.Name == name);
        int first = target.Hostile.Count;

        FuzzResult result = new FuzzRun(target, seed: 7).Run(first, first + Inputs);

        Assert.True(result.IsGood, string.Join('\n', result.Bad.Select(bad => $"input {bad.Input}: {bad.What}")));
        Assert.True(result.Accepted > 0 && result.Refused.Count > 0,
            $"{result.Accepted} were accepted, {result.Refused.Count} ids refused the rest");
    }

    [Fact]
    public void An_exception_that_escapes_is_found_and_its_input_shrunken()
    {
        FuzzResult result = new FuzzRun(new BrokenTarget(), seed: 1).Run(0, 200);

        BadInput bad = Assert.Single(result.Bad);
        Assert.StartsWith("IndexOutOfRangeException", bad.Kind, StringComparison.Ordinal);
        Assert.Equal("!", bad.Shrunken);
        Assert.True(bad.Count > 1);
    }

    [Fact]
    public void A_secret_in_an_error_is_found() => Assert.Throws<CheckFailedException>(() => Verdict.Of(() =>
        throw new HotstackException(ErrorCause.ConfigurationInvalid, "X", "no", new FormatException($"'{Secret.Marker}' is none"))));

    [Fact]
    public void Inputs_of_which_all_are_refused_try_nothing()
    {
        var result = new FuzzResult { Target = "x", Inputs = 1000, Accepted = 10, Refused = { ["X"] = 990 } };

        FuzzRun.CheckShares(result);

        Assert.False(result.IsGood);
    }

    [Fact]
    public void The_same_number_is_the_same_input()
    {
        Assert.All(AllTargets.All, target => Assert.Equal(new FuzzRun(target, 3).Input(100), new FuzzRun(target, 3).Input(100)));
        Assert.NotEqual(new FuzzRun(AllTargets.All[0], 3).Input(100), new FuzzRun(AllTargets.All[0], 4).Input(100));
    }

    private sealed class BrokenTarget : FuzzTarget
    {
        public override string Name => "broken";

        public override byte[] Generate(Random random) => Bytes(random.Next(4) == 0 ? "some text, and !" : "some text");

        public override Verdict Run(byte[] input)
        {
            string text = Text(input);
            return text.Contains('!', StringComparison.Ordinal) && text[text.Length] == ' ' ? new("never") : Verdict.Accepted;
        }
    }
}
