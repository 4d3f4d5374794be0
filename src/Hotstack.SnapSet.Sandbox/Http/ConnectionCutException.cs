namespace Hotstack.Sandbox.Http;

/// <summary>There is nothing to answer a call: its connection is cut.</summary>
internal sealed class ConnectionCutException : Exception
{
}
