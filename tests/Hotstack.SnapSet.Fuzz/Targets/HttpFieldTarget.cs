using Hotstack.Fuzz.Inputs;
using Hotstack.Http;
using Hotstack.OpenStack.Compute;

namespace Hotstack.Fuzz.Targets;

/// <summary>Header fields of an answer: a date, a pause, an address; one a line.</summary>
internal sealed class HttpFieldTarget : FuzzTarget
{
    private static readonly string[] Dates = ["Thu, 26 Nov 2026 15:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT",
        "Mon, 01 Jan 0001 00:00:00 GMT", "Thu, 26 Nov 2026 15:00:00 +1400", "x"];
    private static readonly string[] Pauses = ["1", "0", "-1", "99999999999", "2147483647", "Thu, 26 Nov 2026 15:00:05 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT", "1.5", ""];
    private static readonly string[] Addresses = ["https://glance.example/v2/images/abc", "abc", "/", "", "//",
        "https://glance.example/v2/images/abc/?x"];

    public override string Name => "http-fields";

    public override byte[] Generate(Random random)
    {
        string Field(string[] values) => random.Next(4) == 0 ? Vocabulary.Scalar(random) : random.Next(5) == 0 ? random.Pick(values)
            + Vocabulary.Token(random) : random.Pick(values);
        return Bytes(string.Join('\u001e', Field(Dates), Field(Pauses), Field(Addresses)));
    }

    public override Verdict Run(byte[] input)
    {
        string[] fields = Text(input).Split('\u001e');
        string Field(int i) => i < fields.Length ? fields[i] : "";
        ApiResponse answer = Answers.Of([], 503,
            new Dictionary<string, string> { ["Date"] = Field(0), ["Retry-After"] = Field(1), ["Location"] = Field(2) });
        var clock = new ServerClock(Identity.Clock);
        clock.Read(answer);
        DateTimeOffset later = clock.Now + TimeSpan.FromDays(365);
        new RetryPolicy(Identity.Clock, new WatchedActivity()).RetryAfter(answer);
        Nova.ImageIdOf(answer);
        _ = ServiceErrors.From(answer).Message + later;
        return clock.Skew is null ? new("NoDate") : Verdict.Accepted;
    }
}
