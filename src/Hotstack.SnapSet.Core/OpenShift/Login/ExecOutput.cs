using System.Buffers;

namespace Hotstack.OpenShift.Login;

/// <summary>What a plugin writes to its output, up to a limit.</summary>
internal sealed class ExecOutput
{
    /// <summary>A credential with certificates has some 10 KB.</summary>
    private const int MostBytes = 1 << 20;

    private readonly object _gate = new();
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public bool IsTooLong { get; private set; }

    /// <summary>All that has come.</summary>
    public byte[] Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes.WrittenSpan.ToArray();
            }
        }
    }

    /// <summary>Reads to the end, or to the limit.</summary>
    /// <param name="stream">The output.</param>
    /// <param name="stopProgram">Called at the limit: nobody reads on.</param>
    public async Task ReadAsync(Stream stream, Action stopProgram)
    {
        byte[] buffer = new byte[16 * 1024];
        for (int length; (length = await stream.ReadAsync(buffer)) > 0;)
        {
            lock (_gate)
            {
                _bytes.Write(buffer.AsSpan(0, length));
                IsTooLong = _bytes.WrittenCount > MostBytes;
            }

            if (IsTooLong)
            {
                stopProgram();
                return;
            }
        }
    }
}
