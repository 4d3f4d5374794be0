using System.IO.MemoryMappedFiles;

namespace Hotstack.Fuzz;

/// <summary>The number of the input that a process reads now, for another process to see, also after the first has crashed.</summary>
internal sealed class Progress : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public Progress(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, sizeof(int));
        _view = _file.CreateViewAccessor(0, sizeof(int));
    }

    public void Write(int input) => _view.Write(0, input);

    public int Read() => _view.ReadInt32(0);

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
