namespace Hotstack.Sandbox.Http;

/// <summary>Where a service says which paths it answers.</summary>
internal sealed class Routes(RouteTable table, Pipeline pipeline, Service service)
{
    public void Get(string pattern, Handler handler) => On("GET", pattern, handler);

    public void Post(string pattern, Handler handler) => On("POST", pattern, handler);

    public void Put(string pattern, Handler handler) => On("PUT", pattern, handler);

    public void Patch(string pattern, Handler handler) => On("PATCH", pattern, handler);

    public void Delete(string pattern, Handler handler) => On("DELETE", pattern, handler);

    /// <summary>A path that needs no token.</summary>
    public void Open(string method, string pattern, Handler handler) => On(method, pattern, handler, open: true);

    /// <summary>The answer to every other path below the service's prefix; most services look at the token first.</summary>
    public void Rest(bool open = false) =>
        table.Map(null, service.Prefix + "/{**rest}", http => pipeline.RunAsync(http, service, service.NotFound, open));

    private void On(string method, string pattern, Handler handler, bool open = false) =>
        table.Map(method, service.Prefix + pattern, http => pipeline.RunAsync(http, service, handler, open));
}
