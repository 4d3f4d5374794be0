using System.Collections.Concurrent;
using Microsoft.AspNetCore.Routing.Template;

namespace Hotstack.Sandbox.Http;

/// <summary>
/// Finds what answers a request. ASP.NET compiles its own table for each server that starts, which takes longer than many a test; this one is
/// a list.
/// </summary>
internal sealed class RouteTable
{
    private static readonly ConcurrentDictionary<string, RouteTemplate> Templates = new();

    private readonly List<Route> _routes = [];

    /// <summary>Adds a route; a null method stands for every method.</summary>
    public void Map(string? method, string pattern, RequestDelegate answer)
    {
        var route = new Route(method, Templates.GetOrAdd(pattern, TemplateParser.Parse), answer);
        var place = _routes.FindLastIndex(other => other.Precedence <= route.Precedence);
        _routes.Insert(place + 1, route);
    }

    /// <summary>Answers by the most exact route that has the method; 405 if only other methods have one, 404 if none has.</summary>
    public Task RunAsync(HttpContext http)
    {
        var values = new RouteValueDictionary();
        var others = new List<string>();
        foreach (var route in _routes)
        {
            if (!route.Matches(http.Request.Path, values))
            {
                continue;
            }

            if (route.Method is null || route.Method == http.Request.Method)
            {
                http.Request.RouteValues = values;
                return route.Answer(http);
            }

            others.Add(route.Method);
        }

        http.Response.StatusCode = others.Count == 0 ? 404 : 405;
        http.Response.Headers.Allow = others.Count == 0 ? default : string.Join(", ", others.Distinct());
        return Task.CompletedTask;
    }

    private sealed class Route(string? method, RouteTemplate template, RequestDelegate answer)
    {
        private readonly TemplateMatcher _matcher = new(template, []);

        public string? Method { get; } = method;

        public decimal Precedence { get; } = RoutePrecedence.ComputeInbound(template);

        public RequestDelegate Answer { get; } = answer;

        public bool Matches(PathString path, RouteValueDictionary values)
        {
            values.Clear();
            return _matcher.TryMatch(path, values);
        }
    }
}
