using System.Buffers;
using System.Text;

namespace Hone.Engine.Tokenizers;

/// <summary>Decodes tokens as they arrive and hands out whole characters only: the bytes of half a character wait for the next token.</summary>
public sealed class StreamingDecoder
{
    readonly Tokenizer _tokenizer;
    readonly bool _skipsSpecial;
    readonly IReadOnlySet<int> _shown;
    readonly List<byte> _pending = [];
    bool _isAtStart;

    internal StreamingDecoder(Tokenizer tokenizer, bool skipsSpecial, bool continues, IReadOnlySet<int> shown) =>
        (_tokenizer, _skipsSpecial, _isAtStart, _shown) = (tokenizer, skipsSpecial, !continues, shown);

    /// <summary>The characters that this token completes; may be empty.</summary>
    public string Add(int id)
    {
        if (_skipsSpecial && _tokenizer.SpecialIds.Contains(id) && !_shown.Contains(id))
            return "";

        // Alone, a first token decodes as at the start of a text; part of a character is only known by its bytes.
        ReadOnlySpan<byte> bytes = _tokenizer.TokenBytes(id);
        string alone = _isAtStart ? _tokenizer.Decode([id], _skipsSpecial) : "";
        _pending.AddRange(_isAtStart && !alone.Contains('\uFFFD') ? Encoding.UTF8.GetBytes(alone) : bytes);
        _isAtStart &= bytes.IsEmpty;

        byte[] all = [.. _pending];
        int complete = CompleteLength(all);
        _pending.RemoveRange(0, complete);
        return Encoding.UTF8.GetString(all, 0, complete);
    }

    /// <summary>What is left when no more tokens come: half a character becomes U+FFFD.</summary>
    public string Finish()
    {
        string rest = Encoding.UTF8.GetString([.. _pending]);
        _pending.Clear();
        return rest;
    }

    /// <summary>How many bytes stand before a character that more bytes could complete.</summary>
    static int CompleteLength(ReadOnlySpan<byte> bytes)
    {
        for (int back = 1; back <= Math.Min(3, bytes.Length); back++)
            if (Rune.DecodeFromUtf8(bytes[^back..], out _, out int consumed) == OperationStatus.NeedMoreData && consumed == back)
                return bytes.Length - back;
        return bytes.Length;
    }
}
