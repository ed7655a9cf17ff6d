using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Sources;

/// <summary>The encoding of a text file: named by the user, told by a byte order mark, or judged by the bytes themselves.</summary>
sealed class TextEncoding
{
    /// <summary>Bytes that are judged together.</summary>
    const int Window = 1 << 18;

    /// <summary>Stands for bytes that are no text: a character that no text has.</summary>
    const string Invalid = "\uffff";

    readonly Encoding? _encoding;
    readonly int _markLength;

    TextEncoding(string name, Encoding? encoding, int markLength)
    {
        Name = name;
        _encoding = encoding;
        _markLength = markLength;
    }

    /// <summary>As a person knows it: <c>UTF-8</c>, <c>GB18030</c>.</summary>
    public string Name { get; }

    public bool HasMark => _markLength > 0;

    public bool IsUtf8 => _encoding is null;

    /// <summary>The file as UTF-8 without a byte order mark. Bytes that are no text come out as U+FFFF, or as they are where the file is UTF-8: see <see cref="IsText"/>.</summary>
    public Stream OpenUtf8(SourceBytes file)
    {
        Stream stream = file.Open();
        stream.ReadExactly(stackalloc byte[_markLength]);
        return _encoding is null ? stream : Encoding.CreateTranscodingStream(stream, _encoding, Encoding.UTF8);
    }

    /// <summary>The text of the file without a byte order mark. The reader throws a <see cref="DecoderFallbackException"/> where the bytes are no text.</summary>
    public StreamReader OpenText(SourceBytes file)
    {
        Stream stream = file.Open();
        stream.ReadExactly(stackalloc byte[_markLength]);
        if (_encoding is null)
            return Utf8Text.Open(stream);
        Encoding strict = (Encoding)_encoding.Clone();
        strict.DecoderFallback = DecoderFallback.ExceptionFallback;
        return new StreamReader(stream, strict, detectEncodingFromByteOrderMarks: false);
    }

    /// <summary>Whether bytes of the stream are text in this encoding, without zero characters.</summary>
    public bool IsText(ReadOnlySpan<byte> text) =>
        !text.Contains((byte)0) && (IsUtf8 ? Utf8.IsValid(text) : text.IndexOf("\uffff"u8) < 0);

    /// <summary>Refuses a cell that is no text.</summary>
    public void RequireText(ReadOnlySpan<byte> cell, int line, string column)
    {
        if (IsText(cell))
            return;
        if (cell.Contains((byte)0))
            throw new HoneException(Text.Of(
                $"Line {line}, column {column}: there is a zero byte, which no text has. Remove it, or name the encoding with --encoding.",
                $"第 {line} 行，列 {column}：含有零字节，文本中不应出现。请删除它，或用 --encoding 指定编码。"));
        int place = ValidCharacters(cell) + 1;
        throw new HoneException(Text.Of(
            $"Line {line}, column {column}: what stands at character {place} of the cell is no {Name}. Correct it, or name the encoding with --encoding.",
            $"第 {line} 行，列 {column}：单元格第 {place} 个字符处不是 {Name}。请修正，或用 --encoding 指定编码。"));
    }

    int ValidCharacters(ReadOnlySpan<byte> cell)
    {
        int count = 0;
        while (Rune.DecodeFromUtf8(cell, out Rune rune, out int length) == OperationStatus.Done && (IsUtf8 || rune.Value != Invalid[0]))
        {
            cell = cell[length..];
            count++;
        }
        return count;
    }

    /// <exception cref="HoneException">The encoding is not known, or the bytes fit none that can be told apart.</exception>
    public static TextEncoding Of(SourceBytes file, string? name)
    {
        byte[] head = file.Head(4);
        TextEncoding? marked = Marked(head);
        if (name is null)
            return marked ?? Judge(file);

        TextEncoding named = Named(name);
        bool isMarked = marked is not null && (marked.Name == named.Name || (IsOfEitherOrder(name) && marked.Name.StartsWith("UTF-16", StringComparison.Ordinal)));
        return isMarked ? marked! : named;
    }

    static TextEncoding? Marked(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]))
            return new TextEncoding("UTF-8", null, 3);
        if (head.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe, 0, 0]))
            return Decoded("UTF-32LE", 4);
        if (head.StartsWith((ReadOnlySpan<byte>)[0, 0, 0xfe, 0xff]))
            return Decoded("UTF-32BE", 4);
        if (head.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]))
            return Decoded("UTF-16LE", 2);
        return head.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff]) ? Decoded("UTF-16BE", 2) : null;
    }

    /// <summary>The name leaves open which byte of a character comes first.</summary>
    static bool IsOfEitherOrder(string name) => name.Equals("UTF-16", StringComparison.OrdinalIgnoreCase);

    static TextEncoding Named(string name)
    {
        string upper = name.ToUpperInvariant();
        if (upper is "UTF-8" or "UTF8")
            return new TextEncoding("UTF-8", null, 0);
        try
        {
            return Decoded(upper is "GBK" or "GB2312" or "CP936" ? "GB18030" : IsOfEitherOrder(name) ? "UTF-16LE" : upper, 0);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new HoneException(Text.Of(
                $"There is no encoding {name}. Name one such as utf-8, gb18030, utf-16le, big5, shift_jis or windows-1252.",
                $"没有名为 {name} 的编码。可用的有 utf-8、gb18030、utf-16le、big5、shift_jis、windows-1252 等。"), error);
        }
    }

    static TextEncoding Decoded(string name, int markLength)
    {
        DecoderReplacementFallback marker = new(Invalid);
        Encoding encoding = CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ExceptionFallback, marker)
            ?? Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, marker);
        return new TextEncoding(name, encoding, markLength);
    }

    /// <summary>Judges the file by what stands from its first character on that is not ASCII; where there is none, all of it is ASCII, which is UTF-8 too.</summary>
    static TextEncoding Judge(SourceBytes file)
    {
        using Stream stream = file.Open();
        byte[] window = new byte[Window];
        int length = stream.ReadAtLeast(window, Window, throwOnEndOfStream: false);
        if (Wide(window.AsSpan(0, length)) is { } wide)
            return wide;

        (int Line, int Byte) place = (1, 1);
        while (length > 0)
        {
            int first = window.AsSpan(0, length).IndexOfAnyInRange((byte)0x80, (byte)0xff);
            place = After(place, window.AsSpan(0, first < 0 ? length : first));
            if (first >= 0)
            {
                window.AsSpan(first, length - first).CopyTo(window);
                length -= first;
                length += stream.ReadAtLeast(window.AsSpan(length), Window - length, throwOnEndOfStream: false);
                return Judge(window.AsSpan(0, length)) ?? throw Unknown(file.Path, After(place, ValidUtf8(window.AsSpan(0, length))));
            }
            length = stream.ReadAtLeast(window, Window, throwOnEndOfStream: false);
        }
        return new TextEncoding("UTF-8", null, 0);
    }

    /// <summary>Null where the bytes fit none that can be told apart.</summary>
    static TextEncoding? Judge(ReadOnlySpan<byte> bytes)
    {
        (int valid, int invalid) = Utf8Sequences(bytes);
        // A few bad bytes in a UTF-8 file are errors in it, and no other encoding.
        if (valid > 4 * invalid)
            return new TextEncoding("UTF-8", null, 0);
        return LooksChinese(bytes) ? Decoded("GB18030", 0) : null;
    }

    /// <summary>UTF-16 without a mark: nearly all pairs of bytes are characters of Latin or Chinese texts, and some of them can be nothing else.</summary>
    static TextEncoding? Wide(ReadOnlySpan<byte> bytes)
    {
        (int plausible, int certain) little = Characters(bytes, isBigEndian: false);
        (int plausible, int certain) big = Characters(bytes, isBigEndian: true);
        (int plausible, int certain) = little.certain >= big.certain ? little : big;
        int all = bytes.Length / 2;
        (_, int invalid) = Utf8Sequences(bytes);
        // A zero byte by accident makes one character certain, and text that could be UTF-8 must be UTF-16 through and through.
        int needed = invalid == 0 ? all / 2 : all / 256;
        if (all == 0 || certain == 0 || certain < needed || plausible < all * 0.95)
            return null;
        return Decoded(little.certain >= big.certain ? "UTF-16LE" : "UTF-16BE", 0);
    }

    /// <summary>How many pairs of bytes are characters of Latin or Chinese texts, and how many are ASCII or punctuation, which no pair of bytes in another encoding is.</summary>
    static (int Plausible, int Certain) Characters(ReadOnlySpan<byte> bytes, bool isBigEndian)
    {
        (int plausible, int certain) = (0, 0);
        for (int i = 0; i + 1 < bytes.Length; i += 2)
        {
            int c = isBigEndian ? (bytes[i] << 8) | bytes[i + 1] : bytes[i] | (bytes[i + 1] << 8);
            bool isCertain = c is '\t' or '\n' or '\r' or (>= ' ' and <= '~') or 0x3001 or 0x3002 or (>= 0xff01 and <= 0xff1f);
            certain += isCertain ? 1 : 0;
            plausible += isCertain || c is (>= 0xa0 and <= 0x24f) or (>= 0x2010 and <= 0x206f) or (>= 0x3000 and <= 0x30ff) or (>= 0x4e00 and <= 0x9fff) or (>= 0xd800 and <= 0xdfff) or (>= 0xff00 and <= 0xffef) ? 1 : 0;
        }
        return (plausible, certain);
    }

    /// <summary>How many characters beyond ASCII are UTF-8, and how often there is something else.</summary>
    static (int Valid, int Invalid) Utf8Sequences(ReadOnlySpan<byte> bytes)
    {
        (int valid, int invalid) = (0, 0);
        while (bytes.Length > 0)
        {
            OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length);
            if (status == OperationStatus.InvalidData)
                invalid++;
            else if (status == OperationStatus.Done && !rune.IsAscii)
                valid++;
            bytes = bytes[length..];
        }
        return (valid, invalid);
    }

    /// <summary>The bytes before the first that is no UTF-8.</summary>
    static ReadOnlySpan<byte> ValidUtf8(ReadOnlySpan<byte> bytes)
    {
        int valid = 0;
        while (Rune.DecodeFromUtf8(bytes[valid..], out _, out int length) == OperationStatus.Done)
            valid += length;
        return bytes[..valid];
    }

    /// <summary>Where what follows a text begins: line and byte, from 1.</summary>
    static (int Line, int Byte) After((int Line, int Byte) place, ReadOnlySpan<byte> text)
    {
        int lastBreak = text.LastIndexOf((byte)'\n');
        return lastBreak < 0 ? (place.Line, place.Byte + text.Length) : (place.Line + text.Count((byte)'\n'), text.Length - lastBreak);
    }

    /// <summary>
    /// Whether most of what is not ASCII stands in the rows of GB 2312 that Chinese texts use: punctuation and full-width letters (0xA1, 0xA3) and the common
    /// characters of level 1 (0xB0 to 0xD7). Texts in Latin-1, Big5 or Shift-JIS read as GB18030 stand elsewhere.
    /// </summary>
    static bool LooksChinese(ReadOnlySpan<byte> bytes)
    {
        (int common, int all) = (0, 0);
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] < 0x80)
                continue;
            all++;
            if (i + 1 < bytes.Length && bytes[i + 1] >= 0xa1 && bytes[i] is 0xa1 or 0xa3 or (>= 0xb0 and <= 0xd7))
                common++;
            i++;
        }
        return common > 0 && common >= all * 0.7;
    }

    static HoneException Unknown(string path, (int Line, int Byte) place) =>
        new(Text.Of(
            $"{path} is neither UTF-8 nor UTF-16 nor GB18030: see line {place.Line}, byte {place.Byte}. Name its encoding with --encoding, such as big5, shift_jis or windows-1252.",
            $"{path} 既不是 UTF-8、UTF-16，也不是 GB18030：见第 {place.Line} 行第 {place.Byte} 字节。请用 --encoding 指定编码，如 big5、shift_jis 或 windows-1252。"));
}
