namespace Hone.Engine.Checkpoints;

/// <summary>The nonlinearity of a feed-forward block.</summary>
public enum Activation
{
    /// <summary>x / (1 + e⁻ˣ).</summary>
    Silu,

    /// <summary>x Φ(x), with the error function.</summary>
    Gelu,

    /// <summary>The approximation of <see cref="Gelu"/> through tanh.</summary>
    GeluTanh,
}

/// <summary>The shape of a language model or encoder, as its <c>config.json</c> gives it.</summary>
public sealed record ModelConfig
{
    /// <summary>The family, such as <c>llama</c>.</summary>
    public required string ModelType { get; init; }

    public required int HiddenSize { get; init; }

    public required int LayerCount { get; init; }

    public required int HeadCount { get; init; }

    public required int KeyValueHeadCount { get; init; }

    public required int HeadSize { get; init; }

    public required int IntermediateSize { get; init; }

    public required int VocabSize { get; init; }

    /// <summary>The longest text in tokens.</summary>
    public required int MaxPositions { get; init; }

    public required float NormEpsilon { get; init; }

    public required Activation Activation { get; init; }

    /// <summary>Whether the output head is the embedding.</summary>
    public bool TieWordEmbeddings { get; init; }

    public bool AttentionBias { get; init; }

    public bool MlpBias { get; init; }

    /// <summary>For each layer, how many positions a token sees, itself included; null for all before it.</summary>
    public required IReadOnlyList<int?> Windows { get; init; }

    /// <summary>The rotary embedding of the layers without a window.</summary>
    public RopeConfig Rope { get; init; } = new();

    /// <summary>The rotary embedding of the layers with a window: the same, but for some families.</summary>
    public RopeConfig SlidingRope { get; init; } = new();

    /// <summary>The row of the position table that a text begins at; the rows before it are for padding.</summary>
    public int FirstPosition { get; init; }

    /// <summary>Rows of an encoder's table of token types.</summary>
    public int TokenTypes { get; init; }

    public int? BosTokenId { get; init; }

    /// <summary>Empty when the configuration names none.</summary>
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];

    /// <summary>The standard deviation of fresh weights.</summary>
    public float InitializerRange { get; init; } = 0.02f;

    /// <summary>The precision the file says the weights are stored in.</summary>
    public ElementType StoredType { get; init; }

    /// <summary>Refuses a nonlinearity other than the one that the family's blocks compute.</summary>
    public void RequireActivation(Activation expected)
    {
        if (Activation != expected)
            throw new HoneException(Text.Of(
                $"The activation {Activation} that config.json names is not supported for the model_type \"{ModelType}\"; expected {expected}.",
                $"model_type \"{ModelType}\" 不支持 config.json 中的激活函数 {Activation}；应为 {expected}。"));
    }

    /// <param name="path">Of a <c>config.json</c>.</param>
    /// <param name="supportedTypes">The families that there is code for.</param>
    public static ModelConfig Read(string path, IReadOnlyCollection<string> supportedTypes) => ModelConfigReader.Read(JsonFile.Read(path), supportedTypes);
}
