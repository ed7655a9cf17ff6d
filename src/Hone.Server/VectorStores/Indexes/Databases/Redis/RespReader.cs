using System.Globalization;
using System.Text;
using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes.Databases.Redis;

/// <summary>Reads answers of RESP 2 from a stream.</summary>
sealed class RespReader(Stream stream)
{
    /// <summary>Redis' own limit of a text.</summary>
    const int LongestBytes = 512 << 20;

    const int DeepestArray = 16;

    readonly byte[] _buffer = new byte[1 << 16];
    int _start;
    int _end;

    /// <exception cref="IOException">The connection ended, or what came is no RESP.</exception>
    public async ValueTask<RespValue> ReadAsync(CancellationToken cancel, int depth = 0)
    {
        string line = await LineAsync(cancel);
        if (line.Length == 0 || depth > DeepestArray)
            throw Strange();
        string rest = line[1..];
        switch (line[0])
        {
            case '+':
                return RespValue.OfText(Encoding.UTF8.GetBytes(rest));
            case '-':
                return RespValue.OfError(rest);
            case ':':
                return RespValue.OfNumber(Number(rest));
            case '$':
                long length = Number(rest);
                return length < 0 ? RespValue.Null : RespValue.OfText(await BytesAsync(length, cancel));
            case '*':
                long count = Number(rest);
                if (count < 0)
                    return RespValue.Null;
                List<RespValue> items = [];
                for (long i = 0; i < count; i++)
                    items.Add(await ReadAsync(cancel, depth + 1));
                return RespValue.OfItems(items);
            default:
                throw Strange();
        }
    }

    static IOException Strange() => new(Text.Of("an answer that is not Redis'", "回答不是 Redis 的"));

    static long Number(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : throw Strange();

    async ValueTask<string> LineAsync(CancellationToken cancel)
    {
        List<byte> line = [];
        while (true)
        {
            if (_start == _end)
                await FillAsync(cancel);
            byte letter = _buffer[_start++];
            if (letter == '\n')
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(letter);
            if (line.Count > _buffer.Length)
                throw Strange();
        }
    }

    async ValueTask<byte[]> BytesAsync(long length, CancellationToken cancel)
    {
        if (length > LongestBytes)
            throw new IOException(Text.Of("an answer that is too long", "回答过长"));
        byte[] bytes = new byte[length];
        int got = 0;
        while (got < length)
        {
            if (_start == _end)
                await FillAsync(cancel);
            int part = Math.Min((int)length - got, _end - _start);
            _buffer.AsSpan(_start, part).CopyTo(bytes.AsSpan(got));
            (_start, got) = (_start + part, got + part);
        }

        await LineAsync(cancel);
        return bytes;
    }

    async ValueTask FillAsync(CancellationToken cancel)
    {
        (_start, _end) = (0, await stream.ReadAsync(_buffer, cancel));
        if (_end == 0)
            throw new IOException(Text.Of("the connection was closed", "连接被关闭"));
    }
}
