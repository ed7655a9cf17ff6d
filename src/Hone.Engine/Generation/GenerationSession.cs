using Hone.Engine.Adapters;
using Hone.Engine.Models;
using Hone.Engine.Ops;

namespace Hone.Engine.Generation;

/// <summary>Sequences of one model that continue together: each <see cref="Step"/> gives every one of them a token, and they join and leave between steps.</summary>
/// <remarks>
/// A sequence gets the same tokens alone or among others: prompts are computed by matrix products and continuations by decode products, both with the same
/// bits for a row whatever the other rows, and draws do not depend on their order. A session belongs to one thread at a time.
/// </remarks>
public sealed class GenerationSession
{
    /// <summary>Tokens of prompts in one pass: more would not be faster, and those who wait for their next token would wait longer.</summary>
    internal const int PromptTokensPerPass = 512;

    /// <summary>The phase in which the head is applied.</summary>
    static readonly TokenBatch Decoding = new() { Ids = [], Positions = [], Segments = [], IsDecoding = true };

    readonly CausalModel _model;
    readonly HashSet<int> _endTokens;
    readonly Tape _tape = new(records: false);
    readonly KvPool _pool;
    readonly PromptCache _kept;
    readonly PromptQueue _waiting;
    readonly List<TokenSequence> _running = [];
    readonly List<TokenSequence> _advanced = [];
    readonly Action<int> _chooseRow;
    readonly Predicate<TokenSequence> _hasEnded = static sequence => sequence.HasEnded;
    int _firstAdvanced;
    (int Token, TokenLogProbability? LogProbability)[] _chosen = [];
    Tensor? _logits;

    /// <param name="endTokens">The tokens that end a text.</param>
    /// <param name="keptPromptTokens">How many tokens of earlier prompts keep their keys and values; null for one full context.</param>
    public GenerationSession(CausalModel model, IEnumerable<int> endTokens, int? keptPromptTokens = null)
    {
        _model = model;
        _endTokens = [.. endTokens];
        _pool = new KvPool(model.Config.LayerCount, model.Config.KeyValueHeadCount * model.Config.HeadSize);
        _kept = new PromptCache(keptPromptTokens ?? model.Config.MaxPositions);
        _waiting = new PromptQueue(_kept, _pool);
        _chooseRow = ChooseRow;
    }

    /// <summary>Whether a step would do anything.</summary>
    public bool HasWork => _running.Count > 0 || !_waiting.IsEmpty;

    /// <summary>Sequences that continue, those that wait for their prompt not counted.</summary>
    public int Running => _running.Count;

    /// <summary>Bytes of keys, values and activations.</summary>
    public long AllocatedBytes => _pool.AllocatedBytes + _tape.AllocatedBytes;

    /// <summary>How many tokens of prompts were computed, not found among those kept.</summary>
    public long ComputedPromptTokens { get; private set; }

    /// <summary>Lets a sequence join.</summary>
    /// <param name="choice">Its number among the continuations of this prompt: each draws other random numbers.</param>
    /// <param name="adapter">Made for the layers of this model; null for none. Sequences with different ones continue together.</param>
    /// <exception cref="HoneException">The prompt is empty or leaves no room in the context, or an option is outside its range.</exception>
    public TokenSequence Add(int[] prompt, SamplingOptions options, int choice = 0, LoraAdapter? adapter = null)
    {
        options.Validate(_model.Config.VocabSize);
        int room = _model.Config.MaxPositions - prompt.Length;
        if (prompt.Length == 0)
            throw new HoneException(Text.Of("The prompt has no tokens; it needs one at least.", "提示没有词元；至少需要一个。"));
        if (room <= 0)
        {
            throw new HoneException(Text.Of(
                $"The prompt has {prompt.Length} tokens; the model's context is {_model.Config.MaxPositions}, and the prompt must leave room for one token at least. Shorten the prompt.",
                $"提示有 {prompt.Length} 个词元，而模型的上下文为 {_model.Config.MaxPositions}，且至少要为一个新词元留出位置。请缩短提示。"));
        }

        int unknown = Array.FindIndex(prompt, id => (uint)id >= (uint)_model.Config.VocabSize);
        if (unknown >= 0)
        {
            throw new HoneException(Text.Of(
                $"The prompt contains the token {prompt[unknown]}; the model's tokens are 0 to {_model.Config.VocabSize - 1}. Does its tokenizer belong to it?",
                $"提示中有词元 {prompt[unknown]}，而模型的词元是 0 到 {_model.Config.VocabSize - 1}。分词器与模型匹配吗？"));
        }

        var sequence = new TokenSequence(prompt, options, choice, Math.Min(room, options.MaxTokens ?? room), adapter);
        _waiting.Add(sequence, prompt);
        return sequence;
    }

    /// <summary>Lets a sequence leave before its end.</summary>
    public void Remove(TokenSequence sequence)
    {
        if (!_running.Remove(sequence))
            _waiting.Remove(sequence);
        sequence.Cache?.Truncate(0);
    }

    /// <summary>Forgets what was computed with an adapter. None of its sequences may be left.</summary>
    public void Forget(LoraAdapter adapter) => _kept.Forget(adapter);

    /// <summary>Gives each running sequence its next token and computes a stretch of the prompts that wait. Sequences that end leave by themselves.</summary>
    /// <returns>The sequences that got a token or ended, until the next step.</returns>
    public IReadOnlyList<TokenSequence> Step()
    {
        _advanced.Clear();
        if (_running.Count > 0)
            Continue();
        if (!_waiting.IsEmpty)
            ComputePrompts();
        return _advanced;
    }

    void Continue()
    {
        int count = _running.Count;
        var batch = new TokenBatch { Ids = new int[count], Positions = new int[count], Segments = new Segment[count], TargetRows = new int[count], IsDecoding = true };
        for (int row = 0; row < count; row++)
        {
            TokenSequence sequence = _running[row];
            batch.Ids[row] = sequence.Tokens[^1];
            batch.Positions[row] = sequence.Cache!.Length;
            batch.Segments[row] = new Segment(row, 1, sequence.Cache, sequence.Adapter);
            batch.TargetRows[row] = row;
        }

        _advanced.AddRange(_running);
        Compute(batch);
        Choose(firstAdvanced: 0);
        _running.RemoveAll(_hasEnded);
    }

    void ComputePrompts()
    {
        int firstAdvanced = _advanced.Count;
        List<(PromptQueue.Job Job, int Count)> pass = _waiting.NextPass(PromptTokensPerPass);
        var ids = new List<int>();
        var positions = new List<int>();
        var rows = new List<int>();
        var segments = new Segment[pass.Count];
        for (int i = 0; i < segments.Length; i++)
        {
            (PromptQueue.Job job, int count) = pass[i];
            int past = job.Cache!.Length;
            segments[i] = new Segment(ids.Count, count, job.Cache, job.Adapter);
            ids.AddRange(job.Prompt.AsSpan(past, count));
            positions.AddRange(Enumerable.Range(past, count));
            if (past + count < job.Prompt.Length)
                continue;
            // A row for each sequence: each changes the logits that it draws from.
            rows.AddRange(Enumerable.Repeat(ids.Count - 1, job.Sequences.Count));
            _advanced.AddRange(job.Sequences);
        }

        ComputedPromptTokens += ids.Count;
        Compute(new TokenBatch { Ids = [.. ids], Positions = [.. positions], Segments = segments, TargetRows = [.. rows] });
        foreach ((PromptQueue.Job job, _) in pass)
        {
            if (job.Cache!.Length < job.Prompt.Length)
                continue;
            foreach (TokenSequence sequence in job.Sequences)
            {
                sequence.Cache = job.Cache.Fork(job.Prompt.Length);
                sequence.CachedPromptTokens = job.Kept;
            }

            _waiting.Complete(job);
        }

        Choose(firstAdvanced);
        for (int i = firstAdvanced; i < _advanced.Count; i++)
        {
            if (!_advanced[i].HasEnded)
                Join(_advanced[i]);
        }
    }

    /// <summary>Sequences of one adapter stand together, so that it applies to all of them at once.</summary>
    void Join(TokenSequence sequence)
    {
        int last = _running.FindLastIndex(other => ReferenceEquals(other.Adapter, sequence.Adapter));
        _running.Insert(last < 0 ? _running.Count : last + 1, sequence);
    }

    void Compute(TokenBatch batch)
    {
        _tape.Reset();
        _tape.Batch = batch;
        Tensor hidden = _model.Hidden(_tape);
        // Few rows times many columns in both phases.
        _tape.Batch = Decoding;
        _logits = hidden.Rows == 0 ? null : _tape.Linear(hidden, _model.Head);
    }

    /// <summary>Gives the sequences that advanced, from one on, the token that their row of logits leads to.</summary>
    void Choose(int firstAdvanced)
    {
        int count = _advanced.Count - firstAdvanced;
        if (_chosen.Length < count)
            _chosen = new (int, TokenLogProbability?)[count];
        _firstAdvanced = firstAdvanced;
        Workers.For(count, _chooseRow);
        for (int row = 0; row < count; row++)
        {
            TokenSequence sequence = _advanced[firstAdvanced + row];
            if (sequence.Failure is null)
                Append(sequence, _chosen[row].Token, _chosen[row].LogProbability);
            if (sequence.HasEnded)
                sequence.Cache!.Truncate(0);
        }
    }

    void Append(TokenSequence sequence, int token, TokenLogProbability? logProbability)
    {
        if (!sequence.Options.IgnoresEndTokens && _endTokens.Contains(token))
            sequence.Finish = FinishReason.Stop;
        else
            sequence.Add(token, logProbability);
    }

    void ChooseRow(int row)
    {
        TokenSequence sequence = _advanced[_firstAdvanced + row];
        try
        {
            _chosen[row] = Sampler.Choose(_logits!.Row(row), sequence);
        }
        catch (HoneException failure)
        {
            // The others go on.
            sequence.Failure = failure;
        }
    }
}
