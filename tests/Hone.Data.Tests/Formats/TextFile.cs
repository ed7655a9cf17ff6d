using System.Text;

namespace Hone.Data.Tests.Formats;

/// <summary>A file of the given text for the time of a test.</summary>
sealed class TextFile : IDisposable
{
    public TextFile(string text)
        : this(Encoding.UTF8.GetBytes(text)) { }

    public TextFile(byte[] bytes) => File.WriteAllBytes(Path, bytes);

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
