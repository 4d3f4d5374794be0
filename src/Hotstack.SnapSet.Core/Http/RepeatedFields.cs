using System.Text;

namespace Hotstack.Http;

/// <summary>
/// Header fields that are sent once for each value. .NET joins values with commas, which an API server reads as one value: kubectl
/// sends one <c>Impersonate-Group</c> field for each group. So a character that no field may hold joins the values, and the
/// connection replaces it with the end of one field and the beginning of the next.
/// </summary>
internal static class RepeatedFields
{
    /// <summary>Joins the values. No valid field holds it (RFC 9110, 5.5), nor does JSON, which escapes it.</summary>
    private const char Joint = '\x1f';

    /// <summary>Ends the field's name after a joint.</summary>
    private const char NameEnd = '\x1e';

    /// <summary>The values as one.</summary>
    public static string Join(string field, IReadOnlyList<string> values) => string.Join($"{Joint}{field}{NameEnd}", values);

    /// <summary>UTF-8 for the impersonation fields, as Go sends them; null for the others, which are ASCII.</summary>
    public static Encoding? EncodingOf(string field) => field.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase)
        ? Encoding.UTF8 : null;

    /// <summary>A connection on which joined header fields are written one by one.</summary>
    public static Stream Over(Stream connection) => new WritingStream(connection);

    private static byte[] Written(ReadOnlySpan<byte> bytes)
    {
        var written = new List<byte>(bytes.Length + 256);
        foreach (byte one in bytes)
        {
            switch (one)
            {
                case (byte)Joint:
                    written.AddRange("\r\n"u8);
                    break;
                case (byte)NameEnd:
                    written.AddRange(": "u8);
                    break;
                default:
                    written.Add(one);
                    break;
            }
        }

        return [.. written];
    }

    private sealed class WritingStream(Stream inner) : Stream
    {
        public override bool CanRead => inner.CanRead;

        public override bool CanSeek => false;

        public override bool CanWrite => inner.CanWrite;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(Written(buffer));

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(Written(buffer.Span), cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override int Read(Span<byte> buffer) => inner.Read(buffer);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            inner.ReadAsync(buffer, offset, count, cancellationToken);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
