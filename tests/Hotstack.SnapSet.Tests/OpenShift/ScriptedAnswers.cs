using Hotstack.Http;

namespace Hotstack.OpenShift;

/// <summary>What an API server answers, for tests that say each answer.</summary>
internal static class ScriptedAnswers
{
    public static HttpResponseMessage Status(int code) =>
        ScriptedHandler.Answer(code, $$"""{"kind":"Status","code":{{code}},"message":"scripted"}""");

    /// <summary>One page of a list of nodes, and where the next one goes on.</summary>
    public static HttpResponseMessage Nodes(string version, string? next, params string[] names) => ScriptedHandler.Answer(
        200,
        $$"""{"metadata":{"resourceVersion":"{{version}}","continue":"{{next}}"},"items":[{{string.Join(",", names.Select(n => Node(n, version)))}}]}""");

    private static string Node(string name, string version) =>
        $$"""{"metadata":{"name":"{{name}}","uid":"{{name}}","resourceVersion":"{{version}}" },"spec":{},"status":{} }""";
}
