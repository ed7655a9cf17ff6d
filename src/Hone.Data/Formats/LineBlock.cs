using System.Buffers;
using Hone.Engine;

namespace Hone.Data.Formats;

/// <summary>Where a line that is not blank stands in its block; <c>Line</c> and <c>Example</c> count as in <see cref="JsonLine"/>. A line of more than 16 MB has no text.</summary>
readonly record struct LineSpan(int Start, int Length, int Line, int Example)
{
    public bool IsTooLong => Length < 0;

    public static LineSpan TooLong(int line, int example) => new(0, -1, line, example);
}

/// <summary>A part of a file, cut between two lines. Its buffer goes back when it is disposed.</summary>
sealed class LineBlock(byte[] buffer, long offset, IReadOnlyList<LineSpan> lines, long end) : IDisposable
{
    const int Size = 1 << 20;

    /// <summary>Bytes of the longest line that is read.</summary>
    public const int LongestLine = 16 << 20;

    public IReadOnlyList<LineSpan> Lines => lines;

    /// <summary>Bytes of the file up to the end of this block.</summary>
    public long End => end;

    /// <summary>Where a line begins in the file.</summary>
    public long OffsetOf(LineSpan line) => offset + line.Start;

    public ReadOnlyMemory<byte> TextOf(LineSpan line) => buffer.AsMemory(line.Start, line.Length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

    /// <summary>The lines of a file that are not blank, in blocks of about a megabyte. A byte order mark is skipped.</summary>
    /// <exception cref="HoneException">The file cannot be read, or it is UTF-16.</exception>
    public static IEnumerable<LineBlock> Read(string path)
    {
        using FileStream file = Open(path);
        foreach (LineBlock block in Read(file))
            yield return block;
    }

    /// <summary>The same of an open file, from where it stands.</summary>
    /// <param name="keepsBlank">Whether blank lines are among them.</param>
    public static IEnumerable<LineBlock> Read(Stream file, bool keepsBlank = false)
    {
        LineNumbers numbers = new(keepsBlank);
        byte[] rest = [];
        long end = file.CanSeek ? file.Position : 0;
        bool isAtEnd = false;
        while (!isAtEnd)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Max(Size, 2 * rest.Length));
            rest.CopyTo(buffer, 0);
            int read = file.ReadAtLeast(buffer.AsSpan(rest.Length), buffer.Length - rest.Length, throwOnEndOfStream: false);
            int filled = rest.Length + read;
            isAtEnd = filled < buffer.Length;
            long offset = end - rest.Length;
            int start = offset == 0 ? MarkLength(buffer.AsSpan(0, filled)) : 0;
            end += read;

            List<LineSpan> lines = [];
            int done = numbers.Cut(buffer.AsSpan(0, filled), start, isAtEnd, lines);
            rest = buffer.AsSpan(done, filled - done).ToArray();
            if (rest.Length > LongestLine)
            {
                lines.Add(numbers.NextTooLong());
                byte[]? next = AfterLineBreak(file, ref end);
                (isAtEnd, rest) = (next is null, next ?? []);
            }
            yield return new LineBlock(buffer, offset, lines, end);
        }
    }

    static FileStream Open(string path)
    {
        try
        {
            return RereadFile.Open(path, bufferSize: 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string reason = Directory.Exists(path) ? Text.Of("it is a folder", "它是文件夹") : FileProblem.Of(error);
            throw new HoneException(Text.Of($"{path} cannot be read: {reason}.", $"无法读取 {path}：{reason}。"), error);
        }
    }

    static int MarkLength(ReadOnlySpan<byte> start)
    {
        // Without a mark: an object begins with two characters of ASCII, each with a zero byte before or behind it.
        bool isBare = start.Length >= 4 && ((start[0] != 0 && start[1] == 0 && start[2] != 0 && start[3] == 0) || (start[0] == 0 && start[1] != 0 && start[2] == 0 && start[3] != 0));
        if (isBare || start.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]) || start.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff]))
            throw new HoneException(Text.Of("Line 1 is UTF-16. Save the file as UTF-8.", "第 1 行是 UTF-16 编码。请把文件保存为 UTF-8。")) { Code = FindingCodes.NotUtf8 };
        return start.StartsWith("\ufeff"u8) ? 3 : 0;
    }

    /// <summary>Reads until there is a line break, and returns what was read behind it; null at the end of the file.</summary>
    static byte[]? AfterLineBreak(Stream file, ref long position)
    {
        byte[] buffer = new byte[1 << 16];
        int read;
        while ((read = file.Read(buffer)) > 0)
        {
            position += read;
            int lineBreak = buffer.AsSpan(0, read).IndexOf((byte)'\n');
            if (lineBreak >= 0)
                return buffer[(lineBreak + 1)..read];
        }
        return null;
    }

    /// <summary>Counts lines and examples over the blocks of a file.</summary>
    sealed class LineNumbers(bool keepsBlank)
    {
        int _line;
        int _example;

        /// <summary>Finds the whole lines of a block; returns where the next one starts.</summary>
        public int Cut(ReadOnlySpan<byte> block, int start, bool isLast, List<LineSpan> lines)
        {
            while (start < block.Length)
            {
                int length = block[start..].IndexOf((byte)'\n');
                if (length < 0 && !isLast)
                    break;
                if (length < 0)
                    length = block.Length - start;
                _line++;
                if (length > LongestLine)
                    lines.Add(LineSpan.TooLong(_line, ++_example));
                else if (keepsBlank || block.Slice(start, length).ContainsAnyExcept(" \t\r"u8))
                    lines.Add(new LineSpan(start, length, _line, ++_example));
                start += length + 1;
            }
            return Math.Min(start, block.Length);
        }

        public LineSpan NextTooLong() => LineSpan.TooLong(++_line, ++_example);
    }
}
