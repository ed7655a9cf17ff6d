using System.Threading.Channels;
using Hone.Engine.Generation;

namespace Hone.Server.Inference;

/// <summary>A request in the hands of a <see cref="DecodingLoop"/>. Disposing it frees its places, however far it has come.</summary>
sealed class GenerationTicket : IDisposable
{
    readonly DecodingLoop _loop;
    readonly Channel<GenerationPiece>? _pieces;
    readonly TaskCompletionSource<IReadOnlyList<GenerationOutcome>> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly GenerationOutcome?[] _outcomes;
    readonly int[] _tokens; // generated so far, of each text
    int _counted;
    int _left;

    public GenerationTicket(DecodingLoop loop, GenerationRequest request)
    {
        (_loop, Request) = (loop, request);
        _outcomes = new GenerationOutcome?[request.Prompts.Count * request.Options.Choices];
        _tokens = new int[_outcomes.Length];
        _left = _outcomes.Length;
        _pieces = request.WantsPieces ? Channel.CreateUnbounded<GenerationPiece>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true }) : null;
    }

    public GenerationRequest Request { get; }

    /// <summary>How many texts are to be generated.</summary>
    public int Count => _outcomes.Length;

    /// <summary>Tokens that were generated, of all texts, since this was asked last.</summary>
    public int TakeUncounted()
    {
        int generated = _tokens.Sum();
        int uncounted = generated - _counted;
        _counted = generated;
        return uncounted;
    }

    /// <summary>Every text, in order, once all have ended.</summary>
    public Task<IReadOnlyList<GenerationOutcome>> Outcomes => _completion.Task;

    /// <summary>The pieces in the order in which they came about; fails as <see cref="Outcomes"/> does.</summary>
    public IAsyncEnumerable<GenerationPiece> ReadPiecesAsync(CancellationToken cancel) => _pieces!.Reader.ReadAllAsync(cancel);

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsOver => _completion.Task.IsCompleted;

    public void Dispose()
    {
        if (!IsOver && _completion.TrySetCanceled())
            _loop.Leave(this);
    }

    /// <summary>Hands on what a text has grown by.</summary>
    /// <param name="sentTokens">How many tokens earlier pieces had.</param>
    /// <returns>How many tokens the pieces have now.</returns>
    internal int Deliver(int index, GrowingText text, TokenSequence sequence, string added, int sentTokens)
    {
        Volatile.Write(ref _tokens[index], sequence.Tokens.Count);
        if (_pieces is not null && (added.Length > 0 || text.Finish is not null))
        {
            // A text that ended has only the tokens that are part of it.
            int whole = text.Finish is null ? text.WholeTokens : text.ToText().Tokens.Count;
            IReadOnlyList<TokenLogProbability> logProbabilities =
                Request.Options.TopLogProbabilities is null ? [] : [.. sequence.LogProbabilities.Take(whole).Skip(sentTokens)];
            _pieces.Writer.TryWrite(new GenerationPiece(index, added, logProbabilities, text.Finish));
            sentTokens = whole;
        }

        if (text.Finish is null)
            return sentTokens;
        _outcomes[index] = new GenerationOutcome(text.ToText(), sequence.Tokens.Count, sequence.CachedPromptTokens);
        if (--_left == 0)
        {
            _completion.TrySetResult(_outcomes!);
            _pieces?.Writer.TryComplete();
        }

        return sentTokens;
    }

    internal void Fail(Exception failure)
    {
        _completion.TrySetException(failure);
        _ = _completion.Task.Exception; // Observed: whoever reads pieces hears of it there.
        _pieces?.Writer.TryComplete(failure);
    }
}
