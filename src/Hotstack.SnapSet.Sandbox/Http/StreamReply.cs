namespace Hotstack.Sandbox.Http;

/// <summary>An answer that goes on for a while.</summary>
internal abstract class StreamReply(string contentType) : Reply(200, [], contentType)
{
    /// <summary>Sends it all. If <paramref name="half"/>, the connection is cut within.</summary>
    public abstract Task RunAsync(HttpContext http, bool half);
}
