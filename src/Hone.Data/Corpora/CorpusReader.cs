using System.Text;
using Hone.Data.Formats;
using Hone.Data.Sources;
using Hone.Engine;

namespace Hone.Data.Corpora;

/// <summary>Reads plain text whose documents are separated by a line <c>&lt;|endofdoc|&gt;</c>; compressed where the name ends in .gz.</summary>
public static class CorpusReader
{
    public const string Separator = "<|endofdoc|>";

    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>In characters. A document is cut here, so that a file without separators needs no more memory than others.</summary>
    const int LongestPart = 1 << 18;

    /// <summary>The documents of a file, one after the other; empty ones are left out.</summary>
    /// <exception cref="HoneException">There is no such file, or it is no text in UTF-8.</exception>
    public static IEnumerable<string> Read(string path, TextReader standardInput)
    {
        if (path == StandardInput)
            return Documents(standardInput, Text.Of("Standard input", "标准输入"));
        Utf8Text.RequireFile(path);
        return ReadFile(path);
    }

    static IEnumerable<string> ReadFile(string path)
    {
        using FileStream file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new WholeGzipStream(file) : file;
        using StreamReader reader = Utf8Text.Open(stream);
        foreach (string document in Documents(reader, path))
            yield return document;
    }

    static IEnumerable<string> Documents(TextReader reader, string source)
    {
        StringBuilder document = new();
        StringBuilder line = new();
        while (ReadLine(reader, line, source))
        {
            if (line.Equals(Separator))
            {
                if (document.Length > 0)
                    yield return document.ToString();
                document.Clear();
                continue;
            }

            document.Append(document.Length > 0 ? "\n" : "").Append(line);
            if (document.Length >= LongestPart)
            {
                yield return document.ToString();
                document.Clear();
            }
        }

        if (document.Length > 0)
            yield return document.ToString();
    }

    /// <summary>Reads to the end of a line, or of a part that is long enough.</summary>
    static bool ReadLine(TextReader reader, StringBuilder line, string source)
    {
        line.Clear();
        try
        {
            int next;
            while ((next = reader.Read()) >= 0)
            {
                if (next == '\n')
                    return true;
                if (next == 0)
                    throw new HoneException(Text.Of($"{source} holds a zero byte: it is no plain text.", $"{source} 含有零字节，不是纯文本。"));
                if (next != '\r')
                    line.Append((char)next);
                if (line.Length >= LongestPart && !char.IsHighSurrogate((char)next))
                    return true;
            }

            return line.Length > 0;
        }
        catch (DecoderFallbackException error)
        {
            throw Utf8Text.NoText(source, error);
        }
        catch (InvalidDataException error)
        {
            throw new HoneException(Text.Of($"{source} cannot be decompressed: it is cut off or damaged. Copy or compress it again.", $"无法解压 {source}：文件不完整或已损坏。请重新复制或压缩。"), error);
        }
    }
}
