using System.Text;
using Hone.Engine;

namespace Hone.Data.Formats;

/// <summary>Text files read to the letter: bytes that are no UTF-8 are an error, never replaced.</summary>
public static class Utf8Text
{
    // With the mark as its preamble, so that the reader skips it and does not turn to an encoding that replaces bytes.
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    /// <summary>The whole file.</summary>
    public static string Read(string path)
    {
        RequireFile(path);
        using StreamReader reader = Open(File.OpenRead(path));
        try
        {
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException error)
        {
            throw NoText(path, error);
        }
    }

    /// <summary>A reader that skips a byte order mark and throws a <see cref="DecoderFallbackException"/> where the bytes are no text.</summary>
    public static StreamReader Open(Stream stream) => new(stream, Strict, detectEncodingFromByteOrderMarks: false);

    /// <summary>Refuses a path where there is no file.</summary>
    public static void RequireFile(string path)
    {
        if (Directory.Exists(path))
            throw new HoneException(Text.Of($"{path} is a folder. Name the text files in it.", $"{path} 是文件夹。请指定其中的文本文件。"));
        if (!File.Exists(path))
            throw new HoneException(Text.Of($"There is no file {path}. Name a text file.", $"文件 {path} 不存在。请指定一个文本文件。"));
    }

    /// <summary>What to tell the user where the bytes are no text.</summary>
    public static HoneException NoText(string source, DecoderFallbackException cause)
    {
        string bytes = Convert.ToHexString(cause.BytesUnknown ?? []);
        return new(Text.Of($"{source} is no text in UTF-8: it holds the bytes {bytes}. Convert it first.", $"{source} 不是 UTF-8 文本：其中含有字节 {bytes}。请先转换编码。"), cause);
    }
}
