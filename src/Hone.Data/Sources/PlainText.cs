using System.Text;
using Hone.Engine;

namespace Hone.Data.Sources;

/// <summary>Text files of any length in an encoding that tells itself apart: UTF-8, UTF-16, GB18030, or what a byte order mark names.</summary>
public static class PlainText
{
    /// <returns>A reader of the text without a byte order mark. It throws a <see cref="DecoderFallbackException"/> where the bytes are no text.</returns>
    /// <exception cref="DecoderFallbackException">The bytes fit no such encoding.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static StreamReader Open(string path)
    {
        SourceBytes file = new(path);
        // What it unpacks to may be a thousand times as long: whoever wants that read unpacks it.
        if (file.IsCompressed)
            throw new DecoderFallbackException(Engine.Text.Of($"{path} is compressed. Unpack it first.", $"{path} 是压缩文件。请先解压。"));
        try
        {
            return TextEncoding.Of(file, name: null).OpenText(file);
        }
        catch (HoneException unknown)
        {
            throw new DecoderFallbackException(unknown.Message, unknown);
        }
    }
}
