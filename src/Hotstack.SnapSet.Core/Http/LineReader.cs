using System.Text;

namespace Hotstack.Http;

/// <summary>Reads a stream line by line, and of no line more than is good for us.</summary>
internal sealed class LineReader(Stream stream) : IDisposable
{
    /// <summary>In characters. etcd takes no request above 1.5 MiB (https://etcd.io/docs/latest/dev-guide/limit/), of which JSON
    /// makes a little more.</summary>
    public const int Longest = 16 << 20;

    private readonly StreamReader _reader = new(stream);
    private readonly char[] _buffer = new char[16 << 10];
    private int _start;
    private int _end;

    public void Dispose() => _reader.Dispose();

    /// <returns>The next line without its end; null after the last.</returns>
    /// <exception cref="IOException">The stream broke off, or the line is longer than <see cref="Longest"/>.</exception>
    public async Task<string?> ReadAsync(CancellationToken stop)
    {
        var line = new StringBuilder();
        while (_start < _end || await FillAsync(stop).ConfigureAwait(false))
        {
            int length = Array.IndexOf(_buffer, '\n', _start, _end - _start) - _start;
            bool isWhole = length >= 0;
            int count = isWhole ? length : _end - _start;
            if (line.Length + count > Longest)
            {
                throw new IOException($"a line of more than {Longest >> 20} million characters");
            }

            line.Append(_buffer, _start, count);
            _start += isWhole ? count + 1 : count;
            if (isWhole)
            {
                return line.ToString().TrimEnd('\r');
            }
        }

        return line.Length > 0 ? line.ToString() : null;
    }

    private async Task<bool> FillAsync(CancellationToken stop)
    {
        (_start, _end) = (0, await _reader.ReadAsync(_buffer, stop).ConfigureAwait(false));
        return _end > 0;
    }
}
