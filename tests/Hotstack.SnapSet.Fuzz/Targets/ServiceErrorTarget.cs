using Hotstack.Fuzz.Inputs;
using Hotstack.Http;

namespace Hotstack.Fuzz.Targets;

/// <summary>What a service, or something before it, says of an error: JSON, HTML, or anything; a status first.</summary>
internal sealed class ServiceErrorTarget : FuzzTarget
{
    private static readonly int[] Statuses = [300, 302, 400, 401, 403, 404, 406, 408, 409, 413, 429, 500, 502, 503, 599, 999];

    private static readonly string[] Bodies =
    [
        $"{{\"badRequest\": {{\"code\": 400, \"message\": \"The secret {Secret.Marker} is wrong.\"}}}}",
            $"{{\"error\": {{\"code\": 401, \"title\": \"Unauthorized\", \"message\": \"{Secret.Marker}\"}}}}",
        "{\"NeutronError\": {\"type\": \"OverQuota\", \"message\": \"Quota exceeded for resources: ['port'].\", \"detail\": \"\"}}",
            "{\"kind\": \"Status\", \"status\": \"Failure\", \"message\": \"nodes \\\"a\\\" not found\", \"reason\": \"AlreadyExists\", \"code\": 404}",
        $"<html>\n <head>\n  <title>403 Forbidden</title>\n </head>\n <body>\n  <h1>403 Forbidden</h1>\n  Image is protected {Secret.Marker}.<br /><br />\n </body>\n</html>", "<script>alert(1)</script><!-- x --><b>no</b>", "[-]etcd failed: reason withheld\n[+]ping ok\n", "upstream connect error", "",
        "{\"message\": {\"a\": [{\"b\": {\"message\": \"deep\"}}]}}", "{\"error\": \"Failed validating 'type' in schema\"}",
            "{\"title\": \"a\", \"explanation\": \"b\"}",
    ];

    public override string Name => "service-errors";

    public override IReadOnlyList<byte[]> Hostile => [.. Bombs.Json, .. Growing.Values.Select(make => Bytes(make(400_000)))];

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>(
        Bombs.GrowingJson)
    {
        ["scripts"] = length => string.Concat(Enumerable.Repeat("<script ", length / 8)),
        ["comments"] = length => string.Concat(Enumerable.Repeat("<!-- ", length / 5)),
        ["titles"] = length => string.Concat(Enumerable.Repeat("<title", length / 6)),
        ["open"] = length => new string('<', length),
        ["headings"] = length => string.Concat(Enumerable.Repeat("<h1>", length / 4)),
        ["blanks"] = length => "<" + new string(' ', length),
        ["json tags"] = length => $"{{\"message\":\"{string.Concat(Enumerable.Repeat("<b ", length / 3))}\"}}",
        ["quota"] = length => $"{{\"message\":\"{string.Concat(Enumerable.Repeat("quota ", length / 6))}\"}}",
        ["checks"] = length => string.Concat(Enumerable.Repeat("[-]a\n", length / 5)),
        ["secrets"] = length => string.Concat(Enumerable.Repeat(Secret.Marker, length / Secret.Marker.Length)),
    };

    public override byte[] Generate(Random random)
    {
        byte[] body = Bytes(random.Pick(Bodies) + (random.Next(3) == 0 ? random.Pick(Bodies) : ""));
        return [(byte)random.Next(Statuses.Length), .. random.Next(3) == 0 ? body : ByteMutation.Mutated(body, random)];
    }

    public override Verdict Run(byte[] input)
    {
        int status = input.Length == 0 ? 500 : Statuses[input[0] % Statuses.Length];
        ApiResponse answer = Answers.Of(input.Length == 0 ? [] : input[1..], status,
            new Dictionary<string, string> { ["Content-Type"] = status % 2 == 0 ? "application/json" : "text/html" });
        ServiceException failure = ServiceErrors.From(answer);
        Secret.MustNotBeIn(failure);
        CheckFailedException.Unless(failure.Message.Length < 1200 && !failure.Reason.Any(char.IsControl),
            "the message is too long, or not on one line");
        return failure.Reason.Contains("no reason", StringComparison.Ordinal) ? new("NoReason") : status < 429 ? Verdict.Accepted
            : new(failure.Id);
    }
}
