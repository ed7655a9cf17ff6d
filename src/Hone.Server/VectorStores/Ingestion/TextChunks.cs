using System.Text;
using Hone.Engine.Tokenizers;

namespace Hone.Server.VectorStores.Ingestion;

/// <summary>Cuts a text into parts of a number of tokens at most, where a sentence or a line ends if one does in the part's last quarter. No character is left out.</summary>
static class TextChunks
{
    /// <summary>Characters that are read at once: a text of any length goes through little memory.</summary>
    const int BlockLength = 1 << 18;

    /// <summary>Characters of a part that has few tokens, such as a long row of spaces: it ends there, wherever that is.</summary>
    const int LongestPart = 4 * BlockLength;

    /// <exception cref="DecoderFallbackException">The text is not in the encoding of its reader.</exception>
    public static IEnumerable<string> Read(TextReader text, Tokenizer tokenizer, ChunkSizes chunking)
    {
        string left = "";
        bool isEnd = false;
        char[] block = new char[BlockLength];
        while (!isEnd)
        {
            int read = text.ReadBlock(block);
            isEnd = read < block.Length;
            left += new string(block, 0, read);
            TokenSpan[] tokens = tokenizer.EncodeSpans(left, addSpecial: false);
            int first = 0;
            while (first < tokens.Length && (isEnd || tokens.Length - first > chunking.MaxChunkSizeTokens))
            {
                int end = Math.Min(first + chunking.MaxChunkSizeTokens, tokens.Length);
                if (end < tokens.Length)
                    end = EndNear(end, first + (chunking.MaxChunkSizeTokens * 3 / 4), tokens, left);
                int start = first == 0 ? 0 : tokens[first].Start;
                yield return left[start..(end == tokens.Length ? left.Length : tokens[end].Start)];
                if (end == tokens.Length)
                    yield break;
                first = Math.Max(first + 1, end - chunking.ChunkOverlapTokens);
            }

            if (first > 0 && first < tokens.Length)
                left = left[tokens[first].Start..];
            if (!isEnd && left.Length > LongestPart)
            {
                int whole = char.IsHighSurrogate(left[^1]) ? left.Length - 1 : left.Length;
                yield return left[..whole];
                left = left[whole..];
            }
        }
    }

    /// <summary>The last place before <paramref name="end"/> where a line, else a sentence, else a word ends; never before <paramref name="least"/>.</summary>
    static int EndNear(int end, int least, TokenSpan[] tokens, string text)
    {
        foreach (Func<char, bool> isLast in (Func<char, bool>[])[letter => letter == '\n', letter => letter is '.' or '!' or '?' or '。' or '！' or '？' or '…', char.IsWhiteSpace])
        {
            for (int i = end; i > least; i--)
            {
                // What stands between two tokens belongs to the first.
                for (int place = tokens[i - 1].Start; place < tokens[i].Start; place++)
                {
                    if (isLast(text[place]))
                        return i;
                }
            }
        }

        return end;
    }
}
