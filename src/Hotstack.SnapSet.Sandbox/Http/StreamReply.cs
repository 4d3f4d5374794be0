namespace Hotstack.Sandbox.Http;

/// <summary>An answer that goes on for a while.</summary>
internal abstract class StreamReply(string contentType, int status = 200) : Reply(status, [], contentType)
{
    /// <summary>What is to go wrong with it.</summary>
    public FaultKind? Fault { get; set; }

    /// <summary>Sends it all. If <paramref name="half"/>, the connection is cut within.</summary>
    public abstract Task RunAsync(HttpContext http, bool half);
}

/// <summary>In place of an answer: what is uploaded is taken first.</summary>
internal abstract class UploadReply() : Reply(100, [], null)
{
    /// <summary>Reads the body, as the fault says; null if the connection is to be cut.</summary>
    public abstract Task<Reply?> ReceiveAsync(HttpRequest request, Fault? fault, CancellationToken stop);
}
