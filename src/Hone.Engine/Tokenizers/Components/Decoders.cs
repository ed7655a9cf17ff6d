using System.Globalization;
using System.Text;

namespace Hone.Engine.Tokenizers.Components;

/// <summary>A step from the written tokens back to text: it rewrites the list of strings whose concatenation is the text.</summary>
abstract class DecoderStep
{
    public abstract List<string> Apply(List<string> tokens);

    /// <summary>Whether the step removes something at the start of the text only, so that a token in the middle must not go through it.</summary>
    public virtual bool IsForTextStart => false;
}

/// <summary>GPT-2's stand-ins back to bytes, of all tokens together, then UTF-8.</summary>
sealed class ByteLevelDecoder : DecoderStep
{
    public override List<string> Apply(List<string> tokens) => [Encoding.UTF8.GetString([.. tokens.SelectMany(Bytes)])];

    /// <summary>The bytes of one token; a token with other characters than stand-ins is itself text.</summary>
    public static byte[] Bytes(string token) => ByteAlphabet.ToBytes(token) ?? Encoding.UTF8.GetBytes(token);
}

/// <summary>Replaces a string in each token.</summary>
sealed class ReplaceDecoder(string pattern, string replacement) : DecoderStep
{
    public override List<string> Apply(List<string> tokens) => tokens.ConvertAll(token => token.Replace(pattern, replacement, StringComparison.Ordinal));
}

/// <summary>Runs of byte tokens such as &lt;0xE4&gt; become text; a run that is no UTF-8 becomes one U+FFFD per byte.</summary>
sealed class ByteFallbackDecoder : DecoderStep
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public override List<string> Apply(List<string> tokens)
    {
        var result = new List<string>(tokens.Count);
        var run = new List<byte>();
        foreach (string token in tokens)
        {
            if (ByteOf(token) is byte value)
            {
                run.Add(value);
                continue;
            }
            Flush(run, result);
            result.Add(token);
        }
        Flush(run, result);
        return result;
    }

    /// <summary>The byte that a token stands for, or null.</summary>
    public static byte? ByteOf(string token) =>
        token.Length == 6
        && token.StartsWith("<0x", StringComparison.Ordinal)
        && token[5] == '>'
        && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value)
            ? value
            : null;

    static void Flush(List<byte> run, List<string> result)
    {
        if (run.Count == 0)
            return;
        try
        {
            result.Add(Strict.GetString([.. run]));
        }
        catch (DecoderFallbackException)
        {
            result.Add(new string('\uFFFD', run.Count));
        }
        run.Clear();
    }
}

/// <summary>Joins all tokens into one.</summary>
sealed class FuseDecoder : DecoderStep
{
    public override List<string> Apply(List<string> tokens) => [string.Concat(tokens)];
}

/// <summary>Cuts up to a number of one character off the start of each token; after Fuse, of the text.</summary>
sealed class StripDecoder(char content, int start) : DecoderStep
{
    public override bool IsForTextStart => true;

    public override List<string> Apply(List<string> tokens) => tokens.ConvertAll(Strip);

    string Strip(string token)
    {
        int cut = 0;
        while (cut < start && cut < token.Length && token[cut] == content)
            cut++;
        return token[cut..];
    }
}

/// <summary>SentencePiece's replacement character back to spaces; those of the first token are dropped where encoding put one there.</summary>
sealed class MetaspaceDecoder(char replacement, bool dropsFirst) : DecoderStep
{
    public override List<string> Apply(List<string> tokens)
    {
        List<string> result = tokens.ConvertAll(token => token.Replace(replacement, ' '));
        if (dropsFirst && tokens.Count > 0)
            result[0] = tokens[0].Replace(replacement.ToString(), "", StringComparison.Ordinal);
        return result;
    }
}

/// <summary>WordPiece's tokens: those with the prefix continue a word, the others begin one after a space.</summary>
sealed class WordPieceDecoder(string prefix, bool cleansUp) : DecoderStep
{
    /// <summary>Spaces that English text does not have, and what stands there.</summary>
    static readonly (string Split, string Joined)[] CleanUps =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    public override List<string> Apply(List<string> tokens) => [.. tokens.Select((token, index) => Decode(token, isFirst: index == 0))];

    string Decode(string token, bool isFirst)
    {
        string text = isFirst ? token : token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
        return cleansUp ? CleanUps.Aggregate(text, (cleaned, rule) => cleaned.Replace(rule.Split, rule.Joined, StringComparison.Ordinal)) : text;
    }
}

/// <summary>Without a decoder, tokens are words.</summary>
sealed class SpaceJoinDecoder : DecoderStep
{
    public override List<string> Apply(List<string> tokens) => [string.Join(' ', tokens)];
}
