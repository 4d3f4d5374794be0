using System.Text;
using Xunit;

namespace Hotstack.Http;

/// <summary>By which cause an error answer is told.</summary>
public sealed class ServiceErrorsTests
{
    [Theory]
    [InlineData(400, ErrorCause.RequestRejected, "RequestRejected")]
    [InlineData(401, ErrorCause.AuthenticationFailed, "AuthenticationFailed")]
    [InlineData(403, ErrorCause.Forbidden, "Forbidden")]
    [InlineData(404, ErrorCause.NotFound, "NotFound")]
    [InlineData(405, ErrorCause.RequestRejected, "RequestRejected")]
    [InlineData(406, ErrorCause.RequestRejected, "RequestRejected")]
    [InlineData(408, ErrorCause.ServiceUnavailable, "ServiceUnavailable")]
    [InlineData(409, ErrorCause.Conflict, "Conflict")]
    [InlineData(413, ErrorCause.RequestRejected, "RequestTooLarge")]
    [InlineData(415, ErrorCause.RequestRejected, "RequestRejected")]
    [InlineData(429, ErrorCause.RateLimited, "RateLimited")]
    [InlineData(500, ErrorCause.ServiceUnavailable, "ServiceUnavailable")]
    [InlineData(503, ErrorCause.ServiceUnavailable, "ServiceUnavailable")]
    [InlineData(300, ErrorCause.ResponseInvalid, "ResponseInvalid")]
    [InlineData(599, ErrorCause.ServiceUnavailable, "ServiceUnavailable")]
    public void By_status(int status, ErrorCause cause, string id)
    {
        ServiceException e = ServiceErrors.From(Response(status, "something"));

        Assert.Equal((cause, id), (e.Cause, e.Id));
    }

    [Theory]
    [InlineData(403, "Quota exceeded for instances: Requested 1, but already used 10 of 10 instances")]
    [InlineData(403, "Quota exceeded for cores, ram: Requested 4, 8192, but already used 18, 49152 of 20, 51200 cores, ram")]
    [InlineData(403, "SnapshotLimitExceeded: Maximum number of snapshots allowed (10) exceeded")]
    [InlineData(403, "Maximum number of metadata items exceeds 128")]
    [InlineData(403, "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. Requested 100000G, quota is 1000G and 2G has been consumed.")]
    [InlineData(403, "You have reached the maximum stacks per tenant, 512. Please delete some stacks.")]
    [InlineData(403, "Resource servers is over limit of 10 due to current usage 10 and delta 1")]
    [InlineData(409, "Quota exceeded for resources: ['port'].")]
    [InlineData(413, "The limit has been exceeded on the number of allowed image tags. Attempted: 129, Maximum: 128")]
    [InlineData(413, "Image exceeds the storage quota: The size of the data 4096 will exceed the limit. 1000 bytes remaining.")]
    [InlineData(413, "Project 69e8 is over a limit for [Resource image_count_total is over limit of 10 due to current usage 10 and delta 1]")]
    [InlineData(500, "Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ and attach the Nova API log if possible. <class 'glanceclient.exc.HTTPOverLimit'>")]
    public void By_what_it_says_of_quotas(int status, string message)
    {
        ServiceException e = ServiceErrors.From(Response(status, message));

        Assert.Equal((ErrorCause.QuotaExceeded, "QuotaExceeded"), (e.Cause, e.Id));
        Assert.Contains("quota", e.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "Policy doesn't allow os_compute_api:os-quota-sets:show to be performed.", ErrorCause.Forbidden)]
    [InlineData(403, "rule:update_quota is disallowed by policy", ErrorCause.Forbidden)]
    [InlineData(403, "Policy doesn't allow snapshot_extension:snapshot_unmanage to be performed; limits exceeded", ErrorCause.Forbidden)]
    [InlineData(403, "Image 12 is protected and cannot be deleted.", ErrorCause.Forbidden)]
    [InlineData(403, "You are not authorized to complete publicize_image action.", ErrorCause.Forbidden)]
    [InlineData(409, "Cannot 'createImage' instance 12 while it is in task_state image_snapshot", ErrorCause.Conflict)]
    [InlineData(409, "Exceeded maximum number of retries. Exhausted all hosts available for retrying.", ErrorCause.Conflict)]
    [InlineData(409, "Unable to complete operation for network 4ce3. The mac address fa:16:9e:81:f6:05 is in use.", ErrorCause.Conflict)]
    [InlineData(500, "(pymysql.err.OperationalError) (1205, 'Lock wait timeout exceeded; try restarting transaction')", ErrorCause.ServiceUnavailable)]
    [InlineData(500, "maximum recursion depth exceeded", ErrorCause.ServiceUnavailable)]
    [InlineData(500, "Timed out waiting for a reply to message ID 12: deadline exceeded", ErrorCause.ServiceUnavailable)]
    [InlineData(500, "Connection retry limit exceeded", ErrorCause.ServiceUnavailable)]
    [InlineData(400, "Name exceeds 255 characters", ErrorCause.RequestRejected)]
    public void But_not_by_every_word_that_sounds_alike(int status, string message, ErrorCause cause) =>
        Assert.Equal(cause, ServiceErrors.From(Response(status, message)).Cause);

    [Theory]
    [InlineData("""{"kind": "Status", "message": "namespaces \"x\" already exists", "reason": "AlreadyExists", "code": 409}""", ErrorCause.AlreadyExists, "AlreadyExists")]
    [InlineData("""{"kind": "Status", "message": "the object has been modified", "reason": "Conflict", "code": 409}""", ErrorCause.Conflict, "Conflict")]
    public void A_409_of_Kubernetes_tells_whether_the_name_is_taken(string body, ErrorCause cause, string id)
    {
        ServiceException e = ServiceErrors.From(Response(409, body));

        Assert.Equal((cause, id), (e.Cause, e.Id));
    }

    [Theory]
    [InlineData("Requested volume or snapshot exceeds allowed gigabytes quota.", "0", ErrorCause.QuotaExceeded)]
    [InlineData("Requested volume or snapshot exceeds allowed gigabytes quota.", "30", ErrorCause.QuotaExceeded)]
    [InlineData("This request was rate-limited.", "12", ErrorCause.RateLimited)]
    [InlineData("something", "0", ErrorCause.RequestRejected)]
    public void A_413_with_a_Retry_After_is_either(string message, string retryAfter, ErrorCause cause) =>
        Assert.Equal(cause, ServiceErrors.From(Response(413, message, ("Retry-After", retryAfter))).Cause);

    /// <summary>The bodies are those of the services named, and of front ends; a hint that is not true sends people the wrong way.</summary>
    [Theory]
    [InlineData("image", 413, "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n<center><h1>413 Request Entity Too Large</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>", null, "RequestTooLarge", "client_max_body_size")]
    [InlineData("orchestration", 413, "", null, "RequestTooLarge", "client_max_body_size")]
    [InlineData("image", 413, "<html><head><title>413 Request Entity Too Large</title></head><body><h1>413 Request Entity Too Large</h1>Denying attempt to upload image larger than 1099511627776 bytes.<br /><br /></body></html>", null, "ImageTooLarge", "image_size_cap")]
    [InlineData("image", 413, "<html><body><h1>413 Request Entity Too Large</h1>The incoming image is too large: Image exceeds the size limit.</body></html>", null, "ImageTooLarge", "image_size_cap")]
    [InlineData("image", 413, "Image storage media is full: There is not enough disk space on the image storage media.", null, "StoreFull", "store")]
    [InlineData("image", 507, "Insufficient Storage", null, "StoreFull", "store")]
    [InlineData("image", 413, "Denying attempt to upload image because it exceeds the quota: The size of the data 5 will exceed the limit. 3 bytes remaining.", null, "QuotaExceeded", "quota")]
    [InlineData("image", 413, "Image exceeds the storage quota: 12 bytes remaining.", null, "QuotaExceeded", "quota")]
    [InlineData("block-storage", 413, """{"overLimit": {"code": 413, "message": "VolumeLimitExceeded: Maximum number of volumes allowed (10) exceeded for quota 'volumes'.", "retryAfter": "0"}}""", "0", "QuotaExceeded", "quota")]
    [InlineData("block-storage", 413, """{"overLimit": {"code": 413, "message": "This request was rate-limited.", "details": "Only 10 POST request(s) can be made to * every minute.", "retryAfter": "0"}}""", "0", "RateLimited", "Wait")]
    [InlineData("compute", 413, """{"overLimit": {"code": 413, "message": "This request was rate-limited.", "retryAfter": "12"}}""", "12", "RateLimited", "Wait")]
    [InlineData("compute", 429, """{"overLimit": {"code": 429, "message": "This request was rate-limited."}}""", "12", "RateLimited", "Wait")]
    [InlineData("compute", 403, """{"forbidden": {"code": 403, "message": "Maximum number of ports exceeded"}}""", null, "QuotaExceeded", "quota")]
    [InlineData("compute", 403, """{"forbidden": {"code": 403, "message": "Maximum number of security groups or rules exceeded"}}""", null, "QuotaExceeded", "quota")]
    [InlineData("compute", 403, """{"forbidden": {"code": 403, "message": "Quota exceeded, too many servers in group"}}""", null, "QuotaExceeded", "quota")]
    [InlineData("compute", 403, """{"forbidden": {"code": 403, "message": "Policy doesn't allow os_compute_api:limits to be performed."}}""", null, "Forbidden", "role")]
    [InlineData("network", 409, """{"NeutronError": {"type": "OverQuota", "message": "Quota exceeded for resources: ['port'].", "detail": ""}}""", null, "QuotaExceeded", "quota")]
    [InlineData("network", 409, """{"NeutronError": {"type": "IpAddressGenerationFailure", "message": "No more IP addresses available on network 12.", "detail": ""}}""", null, "Conflict", null)]
    [InlineData("kubernetes", 403, """{"kind": "Status", "reason": "Forbidden", "message": "pods \"x\" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=5, limited: pods=5"}""", null, "QuotaExceeded", "quota")]
    [InlineData("compute", 409, """{"conflictingRequest": {"code": 409, "message": "Maximum number of retries exceeded"}}""", null, "Conflict", null)]
    [InlineData("compute", 501, "", null, "ServiceUnavailable", "does not support this call")]
    [InlineData("compute", 504, "<html><body><h1>504 Gateway Time-out</h1>The server didn't respond in time.</body></html>", null, "ServiceUnavailable", "a proxy in front of it")]
    public void By_service_and_body(string service, int status, string body, string? retryAfter, string id, string? hint)
    {
        ApiResponse response = Response(status, body, retryAfter is null ? [] : [("Retry-After", retryAfter)]);
        response = response with { Request = new ApiRequest(service, HttpMethod.Put, response.Request.Uri) };

        ServiceException e = ServiceErrors.From(response);

        Assert.Equal(id, e.Id);
        if (hint is null)
        {
            Assert.Null(e.Hint);
        }
        else
        {
            Assert.Contains(hint, e.Hint, StringComparison.Ordinal);
        }

        Assert.Equal(id == "QuotaExceeded", e.Hint?.Contains("larger quota", StringComparison.Ordinal) == true);
    }

    /// <summary>Only a service that logged the call has an id for it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_advice_names_a_request_id_only_where_there_is_one(bool hasId) => Assert.Equal(
        hasId,
        ServiceErrors.From(Response(500, "x", hasId ? [("X-OpenStack-Request-Id", "req-1")] : [])).Hint!
            .Contains("request id", StringComparison.Ordinal));

    [Theory]
    [InlineData("X-OpenStack-Request-Id")]
    [InlineData("x-compute-request-id")]
    [InlineData("Audit-Id")]
    public void The_request_id_has_several_names(string header) =>
        Assert.Equal("req-1", ServiceErrors.From(Response(404, "gone", (header, "req-1"))).RequestId);

    [Theory]
    [InlineData("POST", 500, true)]
    [InlineData("POST", 504, true)]
    [InlineData("POST", 409, false)]
    [InlineData("PUT", 500, false)]
    public void A_failed_POST_may_have_been_done(string method, int status, bool unknown)
    {
        ApiResponse response = Response(status, "x");
        response = response with { Request = new ApiRequest("compute", HttpMethod.Parse(method), response.Request.Uri) };

        Assert.Equal(unknown, ServiceErrors.From(response).IsOutcomeUnknown);
    }

    [Theory]
    [InlineData(401, "of this cloud", "oc login")]
    [InlineData(403, "role in this project", "ClusterRole")]
    [InlineData(302, "clouds.yaml", "'server' in the kubeconfig")]
    public void The_advice_is_that_of_the_file_that_configures_the_connection(int status, string cloud, string cluster)
    {
        ApiResponse response = Response(status, "x");
        ApiResponse ofCluster = response with { Request = response.Request with { Hints = ConnectionHints.Kubeconfig } };

        Assert.Contains(cloud, ServiceErrors.From(response).Hint, StringComparison.Ordinal);
        Assert.Contains(cluster, ServiceErrors.From(ofCluster).Hint, StringComparison.Ordinal);
        Assert.DoesNotContain("clouds.yaml", ServiceErrors.From(ofCluster).Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_status_without_a_name_stands_alone() =>
        Assert.Contains(": 599: something", ServiceErrors.From(Response(599, "something")).Message, StringComparison.Ordinal);

    private static ApiResponse Response(int status, string message, params (string Name, string Value)[] headers) => new(
        new ApiRequest("compute", HttpMethod.Get, new Uri("http://cloud.test/v2.1/servers")), status,
        headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase), Encoding.UTF8.GetBytes(message));
}
