namespace Hone.Engine;

/// <summary>The record of one step: operations append their derivative to it, and the backward pass runs them in reverse.</summary>
/// <remarks>
/// Tensors come from the tape's pool and objects from its list, so a step like the last one allocates nothing. A tape that does not record is for inference:
/// no derivative is kept, and what went into a <see cref="Block"/> and what was made inside is released at its end.
/// </remarks>
public sealed class Tape
{
    readonly TensorPool _pool = new();
    readonly List<Tensor> _tensors = [];
    readonly List<Node> _nodes = [];
    int _used;
    bool _isRecording;

    /// <param name="records">Whether a backward pass will follow.</param>
    public Tape(bool records = true) => _isRecording = Records = records;

    /// <summary>Whether this tape is for training.</summary>
    public bool Records { get; }

    /// <summary>The tokens of this step.</summary>
    public TokenBatch Batch { get; set; } = TokenBatch.Empty;

    /// <summary>Keep only the input of every <see cref="Block"/> and compute its inside again on the way back: less memory, one more forward pass.</summary>
    public bool RecomputesBlocks { get; set; }

    /// <summary>Where the random numbers of this step (dropout) begin.</summary>
    public ulong Seed { get; set; }

    /// <summary>Whether dropout is active.</summary>
    public bool IsTraining { get; set; }

    /// <summary>Bytes of the arena.</summary>
    public long AllocatedBytes => _pool.AllocatedBytes;

    /// <summary>An uninitialised tensor that lives until the tape is reset or the backward pass has no more use for it.</summary>
    public Tensor New(int rows, int columns, bool needsGrad = false)
    {
        if (_used == _tensors.Count)
            _tensors.Add(new Tensor());
        Tensor tensor = _tensors[_used++];
        tensor.Attach(_pool, rows, columns, needsGrad && _isRecording);
        return tensor;
    }

    /// <summary>Appends a derivative. It adds to the gradients of the operation's inputs; then <paramref name="output"/> is released.</summary>
    /// <param name="output">What the operation made; null when it worked in place.</param>
    public void Record(Tensor? output, Action backward)
    {
        if (_isRecording)
            _nodes.Add(new Node(output, backward));
    }

    /// <summary>Runs the derivatives in reverse, from a scalar whose gradient is 1.</summary>
    public void Backward(Tensor loss)
    {
        loss.Grad.Fill(1);
        while (_nodes.Count > 0)
        {
            Node node = _nodes[^1];
            _nodes.RemoveAt(_nodes.Count - 1);
            // An output that nothing used has no gradient to pass on.
            if (node.Output is null || node.Output.HasGrad)
                node.Backward();
            node.Output?.Release();
        }
    }

    /// <summary>Runs a part of the model whose inside may be released or computed again.</summary>
    /// <param name="x">Released, too, by a tape that does not record.</param>
    public Tensor Block(Tensor x, IBlock block)
    {
        if (_isRecording && !RecomputesBlocks)
            return block.Forward(this, x);

        bool isRecording = _isRecording;
        int firstInside = _used;
        _isRecording = false;
        Tensor y = block.Forward(this, x);
        _isRecording = isRecording;
        KeepOnly(y, firstInside);
        if (!Records)
            x.Release();
        if (isRecording)
        {
            y.NeedsGrad = true;
            Record(y, () => ComputeAgain(x, y, block));
        }

        return y;
    }

    /// <summary>Tells how the values of a cheap operation can be written again, so that <see cref="Forget"/> may release them.</summary>
    public void MakeForgettable(Tensor tensor, Action recompute)
    {
        if (_isRecording)
            tensor.Recompute = recompute;
    }

    /// <summary>Releases the values of a forgettable tensor until the backward pass asks for them.</summary>
    public void Forget(Tensor tensor)
    {
        if (_isRecording)
            tensor.Forget();
    }

    /// <summary>Ends the step: every tensor of the tape is released.</summary>
    public void Reset()
    {
        for (int i = 0; i < _used; i++)
            _tensors[i].Release();
        _used = 0;
        _nodes.Clear();
        _isRecording = Records;
    }

    void ComputeAgain(Tensor x, Tensor y, IBlock block)
    {
        // The nodes recorded here are the next that Backward takes.
        Tensor again = block.Forward(this, x);
        y.PassGradTo(again);
    }

    void KeepOnly(Tensor kept, int firstInside)
    {
        for (int i = firstInside; i < _used; i++)
        {
            if (!ReferenceEquals(_tensors[i], kept))
                _tensors[i].Release();
        }

        int at = _tensors.IndexOf(kept);
        (_tensors[firstInside], _tensors[at]) = (_tensors[at], _tensors[firstInside]);
        _used = firstInside + 1;
    }

    readonly record struct Node(Tensor? Output, Action Backward);
}

/// <summary>A part of a model that maps [tokens, width] to the same shape: one layer.</summary>
public interface IBlock
{
    Tensor Forward(Tape tape, Tensor x);
}
