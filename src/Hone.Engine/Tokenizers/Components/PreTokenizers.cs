using System.Text;
using System.Text.RegularExpressions;
using Hone.Engine.Tokenizers.Splitting;

namespace Hone.Engine.Tokenizers.Components;

/// <summary>A step that cuts pieces of text into smaller ones and hands each on: to the next step, or to the model after the last.</summary>
abstract class PreTokenizer
{
    PreTokenizer? _next;
    TokenModel? _model;

    /// <summary>Chains the steps in front of the model and returns the first of them; null without steps.</summary>
    public static PreTokenizer? Chain(IReadOnlyList<PreTokenizer> steps, TokenModel model)
    {
        for (int i = 0; i < steps.Count; i++)
            (steps[i]._next, steps[i]._model) = (i + 1 < steps.Count ? steps[i + 1] : null, model);
        return steps.Count == 0 ? null : steps[0];
    }

    public abstract void Cut(Piece piece, EncodingRun run);

    protected void Pass(Piece piece, EncodingRun run)
    {
        if (_next is not null)
            _next.Cut(piece, run);
        else
            _model!.Encode(piece, run);
    }
}

/// <summary>Cuts by a well-known pattern without a regular expression.</summary>
sealed class ScannerSplit(Splitter splitter) : PreTokenizer
{
    public override void Cut(Piece piece, EncodingRun run)
    {
        for (int start = 0; start < piece.Text.Length; )
        {
            int end = splitter.PieceEnd(piece.Text, start);
            Pass(piece.Slice(start, end), run);
            start = end;
        }
    }
}

/// <summary>ByteLevel's prefix: a space before a piece that does not begin with one.</summary>
sealed class SpacePrefix : PreTokenizer
{
    public override void Cut(Piece piece, EncodingRun run)
    {
        if (piece.Text.StartsWith(' '))
            Pass(piece, run);
        else
            Pass(Prefixed.With(' ', piece, run), run);
    }
}

/// <summary>
/// SentencePiece's spaces: each becomes the replacement character, one is put before the text as the scheme says, and, if asked, the text
/// is cut before each.
/// </summary>
sealed class MetaspaceSplit(char replacement, PrependScheme scheme, bool cuts) : PreTokenizer
{
    public override void Cut(Piece piece, EncodingRun run)
    {
        string text = piece.Text.ToString().Replace(' ', replacement);
        var replaced = new Piece(text, piece.Start, piece.Origins);
        bool isPrefixed = scheme == PrependScheme.Always || (scheme == PrependScheme.First && run.IsAtTextStart);
        if (isPrefixed && !text.StartsWith(replacement))
            replaced = Prefixed.With(replacement, replaced, run);

        int start = 0;
        for (int index = 1; cuts && index < replaced.Text.Length; index++)
        {
            if (replaced.Text[index] != replacement)
                continue;
            Pass(replaced.Slice(start, index), run);
            start = index;
        }
        if (start < replaced.Text.Length)
            Pass(replaced.Slice(start, replaced.Text.Length), run);
    }
}

/// <summary>Where Metaspace puts a replacement character before text: everywhere, at the start of the input only, or nowhere.</summary>
enum PrependScheme
{
    Always,
    First,
    Never,
}

/// <summary>What happens to the matches of a Split; the names are those of tokenizer.json.</summary>
enum SplitBehavior
{
    Isolated,
    Removed,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

/// <summary>Cuts around the matches of any pattern.</summary>
sealed class MatchSplit(Func<string, IEnumerable<(int Start, int End)>> matches, SplitBehavior behavior, bool isInverted) : PreTokenizer
{
    /// <summary>Matches of a regular expression, by code points.</summary>
    public static IEnumerable<(int, int)> OfRegex(string text, Regex regex)
    {
        string oneUnitEach = AstralStandIns.Replace(text, out int[]? positions);
        foreach (Match match in regex.Matches(oneUnitEach))
        {
            int end = match.Index + match.Length;
            yield return positions is null ? (match.Index, end) : (positions[match.Index], positions[end]);
        }
    }

    /// <summary>Matches of a string.</summary>
    public static IEnumerable<(int, int)> OfString(string text, string pattern)
    {
        for (int at = text.IndexOf(pattern, StringComparison.Ordinal); at >= 0; at = text.IndexOf(pattern, at + pattern.Length, StringComparison.Ordinal))
            yield return (at, at + pattern.Length);
    }

    /// <summary>Every number character on its own.</summary>
    public static IEnumerable<(int, int)> OfDigits(string text) => OfCharacters(text, Rune.IsNumber);

    /// <summary>Every character of a kind on its own.</summary>
    public static IEnumerable<(int, int)> OfCharacters(string text, Func<Rune, bool> isWanted)
    {
        for (int index = 0; index < text.Length; )
        {
            Rune.DecodeFromUtf16(text.AsSpan(index), out Rune rune, out int length);
            if (isWanted(rune))
                yield return (index, index + length);
            index += length;
        }
    }

    public override void Cut(Piece piece, EncodingRun run)
    {
        foreach ((int start, int end) in Merged(Parts(piece.Text.ToString())))
            Pass(piece.Slice(start, end), run);
    }

    /// <summary>The whole text as matches and the gaps between them.</summary>
    List<Part> Parts(string text)
    {
        var parts = new List<Part>();
        int done = 0;
        foreach ((int start, int end) in matches(text))
        {
            if (start == end)
                continue;
            if (start > done)
                parts.Add(new Part(done, start, isInverted));
            parts.Add(new Part(start, end, !isInverted));
            done = end;
        }
        if (done < text.Length)
            parts.Add(new Part(done, text.Length, isInverted));
        return parts;
    }

    IEnumerable<(int Start, int End)> Merged(List<Part> parts)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            if (behavior == SplitBehavior.Removed && parts[i].IsMatch)
                continue;
            int start = parts[i].Start;
            while (i + 1 < parts.Count && Joins(parts[i], parts[i + 1]))
                i++;
            yield return (start, parts[i].End);
        }
    }

    bool Joins(Part left, Part right) =>
        behavior switch
        {
            SplitBehavior.Contiguous => left.IsMatch == right.IsMatch,
            SplitBehavior.MergedWithPrevious => !left.IsMatch && right.IsMatch,
            SplitBehavior.MergedWithNext => left.IsMatch && !right.IsMatch,
            _ => false,
        };

    readonly record struct Part(int Start, int End, bool IsMatch);
}

/// <summary>Puts one character before a piece.</summary>
static class Prefixed
{
    public static Piece With(char prefix, Piece piece, EncodingRun run)
    {
        string text = string.Concat([prefix], piece.Text);
        if (!run.WantsSpans)
            return new Piece(text, 0, null);

        var origins = new int[text.Length + 1];
        for (int i = 0; i <= piece.Text.Length; i++)
            origins[i + 1] = piece.Origin(i);
        origins[0] = origins[1];
        return new Piece(text, 0, origins);
    }
}
