using Hone.Engine.Models;
using Hone.Engine.Tokenizers;

namespace Hone.Engine.Generation;

/// <summary>Continues texts: the whole of it at once, or streamed. A server that lets requests join and leave uses <see cref="GenerationSession"/> and <see cref="GrowingText"/> itself.</summary>
/// <remarks>Keys and values of earlier prompts are kept for those that begin alike. One thread at a time.</remarks>
public sealed class TextGenerator(CausalModel model, Tokenizer tokenizer, IEnumerable<int> endTokens)
{
    readonly GenerationSession _session = new(model, endTokens);

    /// <summary>The continuations of one prompt.</summary>
    public IReadOnlyList<GeneratedText> Generate(int[] prompt, SamplingOptions options, Action<TextDelta>? onText = null, CancellationToken cancel = default) =>
        Generate([prompt], options, onText, cancel)[0];

    /// <summary>The continuations of each prompt, all computed together. They are the same as those of each prompt alone.</summary>
    /// <param name="onText">Called with each new piece of text.</param>
    public IReadOnlyList<IReadOnlyList<GeneratedText>> Generate(
        IReadOnlyList<int[]> prompts, SamplingOptions options, Action<TextDelta>? onText = null, CancellationToken cancel = default)
    {
        options.Validate(model.Config.VocabSize);
        var streams = new Dictionary<TokenSequence, (GrowingText Stream, int Prompt)>();
        try
        {
            for (int prompt = 0; prompt < prompts.Count; prompt++)
            {
                for (int choice = 0; choice < options.Choices; choice++)
                {
                    TokenSequence sequence = _session.Add(prompts[prompt], options, choice);
                    streams.Add(sequence, (new GrowingText(sequence, tokenizer), prompt));
                }
            }

            while (_session.HasWork)
            {
                cancel.ThrowIfCancellationRequested();
                foreach (TokenSequence sequence in _session.Step())
                    Read(sequence, streams[sequence].Stream, streams[sequence].Prompt, onText);
            }
        }
        catch
        {
            foreach (TokenSequence sequence in streams.Keys)
                _session.Remove(sequence);
            throw;
        }

        GeneratedText[] texts = [.. streams.Values.Select(item => item.Stream.ToText())];
        return [.. texts.Chunk(options.Choices)];
    }

    void Read(TokenSequence sequence, GrowingText stream, int prompt, Action<TextDelta>? onText)
    {
        if (sequence.Failure is { } failure)
            throw failure;
        string added = stream.Read();
        if (added.Length > 0)
            onText?.Invoke(new TextDelta(prompt, sequence.Choice, added));
        if (stream.Finish is not null && sequence.Finish is null)
            _session.Remove(sequence);
    }
}

/// <summary>A piece of text that continues a choice of a prompt.</summary>
public readonly record struct TextDelta(int Prompt, int Choice, string Text);
