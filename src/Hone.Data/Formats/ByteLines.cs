using System.Buffers;
using Hone.Engine;

namespace Hone.Data.Formats;

/// <summary>The lines of a stream as bytes, without their line feeds.</summary>
static class ByteLines
{
    /// <summary>Bytes of the longest line that is read.</summary>
    public const int Longest = 16 << 20;

    /// <param name="advice">What to do about a line that is too long.</param>
    public static IEnumerable<byte[]> Read(Stream stream, string advice)
    {
        byte[] buffer = new byte[1 << 16];
        ArrayBufferWriter<byte> line = new();
        int number = 1;
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            int start = 0;
            while (Array.IndexOf(buffer, (byte)'\n', start, read - start) is >= 0 and int end)
            {
                line.Write(buffer.AsSpan(start, end - start));
                yield return line.WrittenSpan.ToArray();
                line.ResetWrittenCount();
                start = end + 1;
                number++;
            }

            line.Write(buffer.AsSpan(start, read - start));
            if (line.WrittenCount > Longest)
                throw new HoneException(Text.Of($"Line {number} is longer than 16 MB. {advice}", $"第 {number} 行超过 16 MB。{advice}"));
        }
        if (line.WrittenCount > 0)
            yield return line.WrittenSpan.ToArray();
    }
}
