using System.Diagnostics;
using System.Net.Sockets;

namespace Hotstack.Sandbox.Controllers;

/// <summary>Carries bytes both ways between two connections.</summary>
internal static class Relay
{
    private const int Chunk = 64 << 10;

    /// <summary>Runs until both ways have ended, one has failed, or <paramref name="stop"/>.</summary>
    public static async Task RunAsync(RelayEnd one, RelayEnd other, CancellationToken stop)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAll(CopyAsync(one, other, failed), CopyAsync(other, one, failed));
    }

    /// <summary>Carries bytes one way, each as soon as it is there.</summary>
    public static async Task CopyAsync(Stream from, Stream to, CancellationToken stop)
    {
        var buffer = new byte[Chunk];
        int length;
        while ((length = await from.ReadAsync(buffer, stop)) > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, length), stop);
            await to.FlushAsync(stop);
        }
    }

    /// <summary>On a thread of its own, as reading from a pipe takes one away from all others while it waits.</summary>
    public static Task CopyBlockingAsync(Stream from, Stream to) => Task.Factory.StartNew(() =>
    {
        var buffer = new byte[Chunk];
        int length;
        while ((length = from.Read(buffer)) > 0)
        {
            to.Write(buffer.AsSpan(0, length));
            to.Flush();
        }
    }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static async Task CopyAsync(RelayEnd from, RelayEnd to, CancellationTokenSource failed)
    {
        try
        {
            if (from.Blocks)
            {
                await CopyBlockingAsync(from.Input, to.Output);
            }
            else
            {
                await CopyAsync(from.Input, to.Output, failed.Token);
            }

            to.Close();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException or SocketException)
        {
            await failed.CancelAsync();
        }
    }
}

/// <summary>One end of a relay.</summary>
/// <param name="Input">What comes from it.</param>
/// <param name="Output">What goes to it.</param>
/// <param name="Close">Tells it that nothing more comes.</param>
/// <param name="Blocks">Whether a thread waits for its input.</param>
internal sealed record RelayEnd(Stream Input, Stream Output, Action Close, bool Blocks = false)
{
    public static RelayEnd Of(NetworkStream stream) => new(stream, stream, () => stream.Socket.Shutdown(SocketShutdown.Send));

    public static RelayEnd Of(Process process) =>
        new(process.StandardOutput.BaseStream, process.StandardInput.BaseStream, process.StandardInput.Close, Blocks: true);
}
