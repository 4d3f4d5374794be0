using System.Text;
using Xunit;

namespace Hotstack.Http;

/// <summary>What becomes of the services' error bodies. Those that look odd are as a real cloud sent them.</summary>
public sealed class ErrorTextTests
{
    private const string RequestId = "req-1fd2c2a1-8d29-4fbe-a4c2-91a3d3e3d0f1";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    // Nova, Cinder
    [InlineData(404, """{"itemNotFound": {"code": 404, "message": "Instance controller could not be found."}}""", "Instance controller could not be found.")]
    [InlineData(413, """{"overLimit": {"code": 413, "message": "Requested volume or snapshot exceeds allowed gigabytes quota.", "retryAfter": "0"}}""", "Requested volume or snapshot exceeds allowed gigabytes quota.")]
    // Keystone
    [InlineData(403, """{"error": {"code": 403, "message": "You are not authorized to perform the requested action: identity:list_users.", "title": "Forbidden"}}""", "You are not authorized to perform the requested action: identity:list_users.")]
    [InlineData(400, """{"error": {"code": 400, "message": "'identity' is a required property\n\nFailed validating 'required' in schema:\n    {'properties': {}}\n\nOn instance:\n    {'password': 'x'}", "title": "Bad Request"}}""", "'identity' is a required property")]
    // Heat
    [InlineData(404, """{"explanation": "The resource could not be found.", "code": 404, "error": {"message": "The Stack (nosuch) could not be found.", "traceback": null, "type": "EntityNotFound"}, "title": "Not Found"}""", "The Stack (nosuch) could not be found.")]
    // Neutron
    [InlineData(409, """{"NeutronError": {"type": "MacAddressInUse", "message": "The mac address fa:16:9e:81:f6:05 is in use.", "detail": ""}}""", "The mac address fa:16:9e:81:f6:05 is in use.")]
    // Glance, asked for JSON
    [InlineData(404, """{"message": "No image found with ID 0<br /><br />\n\n\n", "code": "404 Not Found", "title": "Not Found"}""", "No image found with ID 0")]
    [InlineData(409, """{"message": "There was a conflict when trying to complete your request.<br /><br />\nProperty nosuch does not exist.\n\n", "code": "409 Conflict"}""", "There was a conflict when trying to complete your request. Property nosuch does not exist.")]
    // Angle brackets that are no markup
    [InlineData(500, """{"computeFault": {"code": 500, "message": "Unexpected API Error.\n<class 'glanceclient.exc.HTTPOverLimit'>"}}""", "Unexpected API Error. <class 'glanceclient.exc.HTTPOverLimit'>")]
    [InlineData(400, """{"badRequest": {"message": "min_disk < 5 and size > 3"}}""", "min_disk < 5 and size > 3")]
    // Others
    [InlineData(400, """{"errors": [{"status": 400, "title": "Bad", "detail": "from a list"}]}""", "from a list")]
    [InlineData(400, """{"badRequest": {"message": " "}, "detail": "", "explanation": "second best"}""", "second best")]
    [InlineData(401, """{"error": "invalid_token"}""", "invalid_token")]
    [InlineData(400, """{"code": 400}""", """{"code": 400}""")]
    [InlineData(400, """{"a": {"b": {"c": {"d": {"message": "too deep"}}}}}""", """{"a": {"b": {"c": {"d": {"message": "too deep"}}}}}""")]
    [InlineData(400, "[[]]", "[[]]")]
    [InlineData(400, "\"\"", "\"\"")]
    public Task Json(int status, string body, string reason) => IsAsync(reason, status, body, "application/json");

    [Theory]
    // Kubernetes, /readyz
    [InlineData(500, "[+]ping ok\n[-]poststarthook/crd-informer-synced failed: reason withheld\n[+]etcd ok\n[-]shutdown failed: reason withheld\nreadyz check failed\n", "poststarthook/crd-informer-synced failed: reason withheld; shutdown failed: reason withheld")]
    [InlineData(404, "<html>\n <head>\n  <title>404 Not Found</title>\n </head>\n <body>\n  <h1>404 Not Found</h1>\n  No image found with ID nosuch<br /><br />\n\n\n\n </body>\n</html>", "No image found with ID nosuch")]
    [InlineData(403, "<html>\n <head>\n  <title>403 Forbidden</title>\n </head>\n <body>\n  <h1>403 Forbidden</h1>\n  Attribute &#x27;status&#x27; is read-only.<br /><br />\n </body>\n</html>", "Attribute 'status' is read-only.")]
    [InlineData(400, "<html><body><h1>400 Bad Request</h1>Provided object does not match schema &#x27;image&#x27;: 1 is not of type &#x27;string&#x27;\n\nFailed validating &#x27;type&#x27; in schema[&#x27;tags&#x27;]", "Provided object does not match schema 'image': 1 is not of type 'string'")]
    [InlineData(404, "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server.</p>\n", "The requested URL was not found on the server.")]
    [InlineData(502, "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>", "nginx")]
    [InlineData(503, "<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>", "No server is available to handle this request.")]
    [InlineData(500, "<html><style>p { x: y }</style><!-- secret --><script>if (a < b) { }</script><p class='a'>left &amp; right</p><script>unfinished", "left & right")]
    [InlineData(500, "<p>cut off in a t<a href=\"http", "cut off in a t")]
    [InlineData(500, "<html><h1>Oops</h1></html>", "the service gave no reason")]
    public Task Html(int status, string body, string reason) => IsAsync(reason, status, body, "text/html; charset=UTF-8");

    [Theory]
    [InlineData("text/plain", "The limit has been exceeded.\r\n\tTry   later\u0007\u001b[31m.", "The limit has been exceeded. Try later`u{7}`u{1b}[31m.")]
    [InlineData("text/plain", "a < b", "a < b")]
    [InlineData("text/plain", "404 Not Found\n\nNo image found with ID nope\n\n   ", "No image found with ID nope")]
    [InlineData("text/plain", "503 Service Unavailable\n\n", "503 Service Unavailable")]
    [InlineData("text/plain", "", "the service gave no reason")]
    [InlineData("application/json", "{\"half\": ", "{\"half\":")]
    [InlineData("application/json", "<html><body>a proxy's page</body></html>", "a proxy's page")]
    public Task Text(string type, string body, string reason) => IsAsync(reason, 400, body, type);

    [Fact]
    public void Bytes_that_are_no_text_are_not_shown()
    {
        byte[] body = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0xff, 0xfe, 0xfd, 0xfc, 0xfb];
        var response = new ApiResponse(Request, 500, new Dictionary<string, string>(), body);

        Assert.Equal("the body of the answer is not text", ServiceErrors.ReasonOf(response));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("🚀")]
    public async Task A_long_text_is_cut_between_characters(string sign)
    {
        ServiceException e = await FailAsync(400, """{"badRequest": {"message": "a""" + string.Concat(Enumerable.Repeat(sign, 100_000))
            + "\"}}", "application/json");

        Assert.InRange(e.Reason.Length, 500, 600);
        Assert.Contains($"{sign}… (request {RequestId})", e.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', new UTF8Encoding(false).GetString(Encoding.UTF8.GetBytes(e.Reason)));
    }

    [Theory]
    [InlineData("<h1>")]
    [InlineData("<")]
    [InlineData("<script>")]
    public async Task A_page_made_to_be_slow_is_not(string part)
    {
        ServiceException e = await FailAsync(500, string.Concat(Enumerable.Repeat(part, 2_000_000 / part.Length)), "text/html");

        Assert.DoesNotContain('<', e.Reason);
    }

    [Fact]
    public void A_secret_that_a_service_quotes_is_masked()
    {
        var response = new ApiResponse(
            Request with { Secrets = ["s3cr3t-Xy", "abc", "gAAAAAB1"] }, 400, new Dictionary<string, string>(),
            Encoding.UTF8.GetBytes("""{"error": {"code": 400, "message": "{'password': 's3cr3t-Xy'} gAAAAAB1 abc", "title": "Bad Request"}}"""));

        Assert.Equal("{'password': '***'} *** abc", ServiceErrors.ReasonOf(response));
    }

    private static ApiRequest Request => new("image", HttpMethod.Delete, new Uri("http://cloud.test/v2/images/x?token=secret"));

    private static async Task IsAsync(string reason, int status, string body, string type)
    {
        ServiceException e = await FailAsync(status, body, type);

        string name = string.Concat(((System.Net.HttpStatusCode)status).ToString()
            .Select((c, i) => i > 0 && char.IsUpper(c) ? $" {c}" : $"{c}"));
        Assert.Equal($"image: DELETE http://cloud.test/v2/images/x: {status} {name}: {reason} (request {RequestId})", e.Message);
        Assert.Equal((status, RequestId, "image"), (e.Status, e.RequestId, e.Service));
        Assert.Equal("http://cloud.test", e.Target);
    }

    private static async Task<ServiceException> FailAsync(int status, string body, string type)
    {
        using var handler = new ScriptedHandler(_ => ScriptedHandler.Answer(status, body, type, $"X-Openstack-Request-Id: {RequestId}"));
        using Api api = handler.Api();
        return await Assert.ThrowsAsync<ServiceException>(() => api.SendAsync(Request, Stop));
    }
}
