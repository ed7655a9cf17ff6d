using Hone.Engine.Models;
using Hone.Engine.Ops;

namespace Hone.Engine.Embedding;

/// <summary>How a text's hidden states become one vector.</summary>
public enum Pooling
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>That of the first token.</summary>
    Cls,

    /// <summary>That of the last token, which in a decoder has seen all others.</summary>
    LastToken,
}

/// <summary>One vector for each sequence of a batch.</summary>
static class PoolingOps
{
    /// <summary>The rows of a sequence whose hidden states are needed.</summary>
    public static IEnumerable<int> RowsOf(this Pooling pooling, Segment segment) =>
        pooling switch
        {
            Pooling.Cls => [segment.Start],
            Pooling.LastToken => [segment.Start + segment.Length - 1],
            _ => Enumerable.Range(segment.Start, segment.Length),
        };

    /// <summary>The pooled hidden states of the tape's batch, whose target rows are those of <see cref="RowsOf"/>. [sequences, D]</summary>
    public static Tensor Pooled(this Tape tape, TransformerModel model, Pooling pooling)
    {
        Tensor hidden = model.Hidden(tape);
        return pooling == Pooling.Mean ? tape.SegmentMean(hidden, tape.Batch.Segments) : hidden;
    }
}
