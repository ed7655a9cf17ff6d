using System.Text;
using Hone.Engine.Tokenizers;

namespace Hone.Engine.Generation;

/// <summary>The text of one sequence as it grows: whole characters only, and nothing that a stop string may still take back.</summary>
public sealed class GrowingText
{
    readonly TokenSequence _sequence;
    readonly StreamingDecoder _decoder;
    readonly StopStringFilter _filter;
    readonly StringBuilder _text = new();
    readonly List<int> _ends = []; // of the decoded text, after each token
    int _decoded;

    /// <param name="sequence">In a session; it should be removed from it when <see cref="Finish"/> is set.</param>
    public GrowingText(TokenSequence sequence, Tokenizer tokenizer)
    {
        _sequence = sequence;
        _decoder = tokenizer.Stream(skipSpecial: true, continues: true, sequence.Options.Constraint?.SpecialTokens);
        _filter = new StopStringFilter(sequence.Options.StopStrings);
    }

    /// <summary>Null while the text goes on.</summary>
    public FinishReason? Finish { get; private set; }

    /// <summary>How many tokens have their text handed out as a whole.</summary>
    public int WholeTokens { get; private set; }

    /// <summary>The text that the sequence's new tokens add. Call it after each step in which the sequence advanced.</summary>
    public string Read()
    {
        var added = new StringBuilder();
        for (int i = _ends.Count; i < _sequence.Tokens.Count && Finish is null; i++)
        {
            Pass(_decoder.Add(_sequence.Tokens[i]), added);
            _ends.Add(_decoded);
        }

        if (Finish is null && _sequence.Finish is { } end)
        {
            Pass(_decoder.Finish(), added);
            added.Append(_filter.Finish());
            Finish ??= end;
        }

        _text.Append(added);
        while (WholeTokens < _ends.Count && _ends[WholeTokens] <= _text.Length)
            WholeTokens++;
        return added.ToString();
    }

    /// <summary>All of the text and the tokens that it consists of; those that only spell a stop string are left out.</summary>
    public GeneratedText ToText()
    {
        int count = 0;
        while (count < _ends.Count && (count == 0 ? 0 : _ends[count - 1]) < _text.Length)
            count++;
        if (!_filter.HasStopped)
            count = _ends.Count;
        return new GeneratedText(
            _text.ToString(), [.. _sequence.Tokens.Take(count)], Finish ?? FinishReason.Stop, [.. _sequence.LogProbabilities.Take(count)]);
    }

    void Pass(string text, StringBuilder added)
    {
        _decoded += text.Length;
        added.Append(_filter.Add(text));
        if (_filter.HasStopped)
            Finish = FinishReason.Stop;
    }
}
