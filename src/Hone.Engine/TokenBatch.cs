using Hone.Engine.Adapters;

namespace Hone.Engine;

/// <summary>The tokens of one step: sequences laid end to end, without padding.</summary>
/// <remarks>Attention never crosses from one <see cref="Segment"/> to another, and positions start anew in each.</remarks>
public sealed class TokenBatch
{
    /// <summary>Token ids, sequence after sequence. [T]</summary>
    public required int[] Ids { get; init; }

    /// <summary>The position of each token in its own sequence. [T]</summary>
    public required int[] Positions { get; init; }

    public required Segment[] Segments { get; init; }

    /// <summary>Rows whose next token is a target (training) or wanted (generation), ascending.</summary>
    public int[] TargetRows { get; init; } = [];

    /// <summary>The token that follows each target row. Empty in generation.</summary>
    public int[] Targets { get; init; } = [];

    /// <summary>The weight of each target in the loss. Empty in generation.</summary>
    public float[] TargetWeights { get; init; } = [];

    /// <summary>Whether each sequence continues by single tokens, so that products are bound by reading the weights.</summary>
    /// <remarks>Chosen by phase, never by size: a sequence gets the same bits alone or among others.</remarks>
    public bool IsDecoding { get; init; }

    public int Length => Ids.Length;

    /// <summary>The rows that compute with an adapter of their own: one run for neighbouring segments of the same one.</summary>
    internal IReadOnlyList<AdapterRun> AdapterRuns => field ??= FindAdapterRuns();

    /// <summary>No tokens.</summary>
    public static TokenBatch Empty { get; } = new() { Ids = [], Positions = [], Segments = [] };

    /// <summary>Sequences laid end to end, each from position 0 on.</summary>
    public static TokenBatch Pack(params ReadOnlySpan<int[]> sequences)
    {
        var segments = new Segment[sequences.Length];
        var ids = new List<int>();
        var positions = new List<int>();
        for (int i = 0; i < sequences.Length; i++)
        {
            segments[i] = new Segment(ids.Count, sequences[i].Length);
            ids.AddRange(sequences[i]);
            positions.AddRange(Enumerable.Range(0, sequences[i].Length));
        }

        return new TokenBatch { Ids = [.. ids], Positions = [.. positions], Segments = segments };
    }

    List<AdapterRun> FindAdapterRuns()
    {
        var runs = new List<AdapterRun>();
        foreach (Segment segment in Segments)
        {
            if (segment.Adapter is not { } adapter)
                continue;
            if (runs.Count > 0 && runs[^1] is var last && ReferenceEquals(last.Adapter, adapter) && last.Start + last.Length == segment.Start)
                runs[^1] = last with { Length = last.Length + segment.Length };
            else
                runs.Add(new AdapterRun(segment.Start, segment.Length, adapter));
        }

        return runs;
    }
}

/// <summary>One sequence of a batch.</summary>
/// <param name="Start">Its first row in the batch.</param>
/// <param name="Length">Its rows in the batch.</param>
/// <param name="Cache">Keys and values of the tokens before, in generation; the new ones are appended.</param>
/// <param name="Adapter">In generation: what this sequence adds to the model's layers, where other sequences of the batch add something else.</param>
public readonly record struct Segment(int Start, int Length, Generation.KvCache? Cache = null, LoraAdapter? Adapter = null);

/// <summary>Neighbouring rows of a batch that share an adapter.</summary>
readonly record struct AdapterRun(int Start, int Length, LoraAdapter Adapter);
