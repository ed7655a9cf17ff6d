using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;

namespace Hone.Engine;

/// <summary>
/// JSON as people write it: quotes, backslashes and control characters are escaped, and nothing else that is text. The relaxed encoder of the base library escapes characters beyond U+FFFF too,
/// such as emoji; all that is not one of these is left to it.
/// </summary>
public sealed class ReadableJson : JavaScriptEncoder
{
    static readonly JavaScriptEncoder Relaxed = UnsafeRelaxedJsonEscaping;

    ReadableJson() { }

    public static ReadableJson Encoder { get; } = new();

    public override int MaxOutputCharactersPerInputCharacter => Relaxed.MaxOutputCharactersPerInputCharacter;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar <= char.MaxValue && Relaxed.WillEncode(unicodeScalar);

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        int place = 0;
        while (true)
        {
            int found = Relaxed.FindFirstCharacterToEncode(text + place, textLength - place);
            if (found < 0)
                return -1;
            place += found;
            if (Rune.DecodeFromUtf16(new ReadOnlySpan<char>(text + place, textLength - place), out Rune rune, out int length) != OperationStatus.Done || rune.IsBmp)
                return place;
            place += length;
        }
    }

    public override int FindFirstCharacterToEncodeUtf8(ReadOnlySpan<byte> utf8Text)
    {
        int place = 0;
        while (true)
        {
            int found = Relaxed.FindFirstCharacterToEncodeUtf8(utf8Text[place..]);
            if (found < 0)
                return -1;
            place += found;
            if (Rune.DecodeFromUtf8(utf8Text[place..], out Rune rune, out int length) != OperationStatus.Done || rune.IsBmp)
                return place;
            place += length;
        }
    }

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten) =>
        Relaxed.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);

    public override OperationStatus Encode(ReadOnlySpan<char> source, Span<char> destination, out int charsConsumed, out int charsWritten, bool isFinalBlock = true)
    {
        (charsConsumed, charsWritten) = (0, 0);
        while (true)
        {
            int plain = source[charsConsumed..].IndexOfAnyInRange('\ud800', '\udbff');
            OperationStatus status = Relaxed.Encode(plain < 0 ? source[charsConsumed..] : source.Slice(charsConsumed, plain), destination[charsWritten..], out int read, out int written, isFinalBlock || plain >= 0);
            (charsConsumed, charsWritten) = (charsConsumed + read, charsWritten + written);
            if (status != OperationStatus.Done || plain < 0)
                return status;

            if (Rune.DecodeFromUtf16(source[charsConsumed..], out _, out int length) == OperationStatus.Done)
            {
                if (!source.Slice(charsConsumed, length).TryCopyTo(destination[charsWritten..]))
                    return OperationStatus.DestinationTooSmall;
                (charsConsumed, charsWritten) = (charsConsumed + length, charsWritten + length);
                continue;
            }
            // Half a character is no text, and what becomes of it is the base library's to say.
            status = Relaxed.Encode(source.Slice(charsConsumed, 1), destination[charsWritten..], out read, out written, isFinalBlock || charsConsumed + 1 < source.Length);
            (charsConsumed, charsWritten) = (charsConsumed + read, charsWritten + written);
            if (status != OperationStatus.Done)
                return status;
        }
    }

    public override OperationStatus EncodeUtf8(ReadOnlySpan<byte> utf8Source, Span<byte> utf8Destination, out int bytesConsumed, out int bytesWritten, bool isFinalBlock = true)
    {
        const byte firstOfFour = 0xf0;
        (bytesConsumed, bytesWritten) = (0, 0);
        while (true)
        {
            int plain = utf8Source[bytesConsumed..].IndexOfAnyInRange(firstOfFour, byte.MaxValue);
            OperationStatus status = Relaxed.EncodeUtf8(plain < 0 ? utf8Source[bytesConsumed..] : utf8Source.Slice(bytesConsumed, plain), utf8Destination[bytesWritten..], out int read, out int written, isFinalBlock || plain >= 0);
            (bytesConsumed, bytesWritten) = (bytesConsumed + read, bytesWritten + written);
            if (status != OperationStatus.Done || plain < 0)
                return status;

            OperationStatus next = Rune.DecodeFromUtf8(utf8Source[bytesConsumed..], out _, out int length);
            if (next == OperationStatus.Done)
            {
                if (!utf8Source.Slice(bytesConsumed, length).TryCopyTo(utf8Destination[bytesWritten..]))
                    return OperationStatus.DestinationTooSmall;
                (bytesConsumed, bytesWritten) = (bytesConsumed + length, bytesWritten + length);
                continue;
            }
            status = Relaxed.EncodeUtf8(utf8Source.Slice(bytesConsumed, length), utf8Destination[bytesWritten..], out read, out written, isFinalBlock || next == OperationStatus.InvalidData);
            (bytesConsumed, bytesWritten) = (bytesConsumed + read, bytesWritten + written);
            if (status != OperationStatus.Done)
                return status;
        }
    }
}
