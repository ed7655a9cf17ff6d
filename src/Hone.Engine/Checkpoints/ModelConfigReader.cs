namespace Hone.Engine.Checkpoints;

/// <summary>Reads <c>config.json</c> with the defaults that transformers gives each family.</summary>
static class ModelConfigReader
{
    const string SizeOfHead = "head_dim";
    const int MaxLayers = 10_000;

    /// <summary>What an absent field means. Null: no default of its own (key-value heads: as many as heads; head size: hidden size / heads).</summary>
    sealed record Family
    {
        public string Activation { get; init; } = "silu";
        public double Epsilon { get; init; } = 1e-6;
        public int? KeyValueHeads { get; init; }
        public int? HeadSize { get; init; }
        public int MaxPositions { get; init; } = 2048;
        public int? Window { get; init; }
        public bool IsTied { get; init; }
        public int? BosTokenId { get; init; }
        public int? EosTokenId { get; init; }

        /// <summary>Positions are learned; no query or key is rotated, every head has keys of its own, every layer biases.</summary>
        public bool IsOlder { get; init; }

        /// <summary>Each token sees the whole text.</summary>
        public bool IsEncoder { get; init; }

        /// <summary>The token for padding, from whose number RoBERTa counts positions; null for positions from 0 on.</summary>
        public int? PositionsAfter { get; init; }

        /// <summary>The family's own names of fields, by the ones that became usual.</summary>
        public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

        public string Name(string usual) => Names.GetValueOrDefault(usual, usual);
    }

    static readonly Dictionary<string, string> Gpt2Names = new()
    {
        ["hidden_size"] = "n_embd",
        ["num_hidden_layers"] = "n_layer",
        ["num_attention_heads"] = "n_head",
        ["intermediate_size"] = "n_inner",
        ["max_position_embeddings"] = "n_positions",
        ["rms_norm_eps"] = "layer_norm_epsilon",
        ["hidden_act"] = "activation_function",
    };

    static readonly Family Bert = new()
    {
        Activation = "gelu",
        Epsilon = 1e-12,
        MaxPositions = 512,
        IsTied = true,
        IsOlder = true,
        IsEncoder = true,
        Names = new Dictionary<string, string> { ["rms_norm_eps"] = "layer_norm_eps" },
    };

    static Family Of(string modelType) =>
        modelType switch
        {
            "mistral" => new() { KeyValueHeads = 8, MaxPositions = 131072, Window = 4096, BosTokenId = 1, EosTokenId = 2 },
            "qwen2" => new() { KeyValueHeads = 32, MaxPositions = 32768, Window = 4096 },
            "qwen3" => new() { KeyValueHeads = 32, HeadSize = 128, MaxPositions = 32768, Window = 4096 },
            "gpt2" => new() { Activation = "gelu_new", Epsilon = 1e-5, MaxPositions = 1024, IsTied = true, IsOlder = true, Names = Gpt2Names, BosTokenId = 50256, EosTokenId = 50256 },
            "bert" => Bert,
            "xlm-roberta" => Bert with { PositionsAfter = 1, BosTokenId = 0, EosTokenId = 2 },
            "gemma2" => new() { Activation = "gelu_pytorch_tanh", KeyValueHeads = 4, HeadSize = 256, MaxPositions = 8192, Window = 4096, IsTied = true, BosTokenId = 2, EosTokenId = 1 },
            "gemma3_text" => new() { Activation = "gelu_pytorch_tanh", KeyValueHeads = 4, HeadSize = 256, MaxPositions = 131072, Window = 4096, IsTied = true, BosTokenId = 2, EosTokenId = 1 },
            "phi3" => new() { Epsilon = 1e-5, MaxPositions = 4096, BosTokenId = 1, EosTokenId = 32000 },
            _ => new() { BosTokenId = 1, EosTokenId = 2 },
        };

    public static ModelConfig Read(JsonFile file, IReadOnlyCollection<string> supportedTypes)
    {
        string modelType = file.Text("model_type") ?? throw new HoneException(Text.Of($"{file.Path}: model_type is missing. Supported are: {List(supportedTypes)}.", $"{file.Path}：缺少 model_type。支持的有：{List(supportedTypes)}。"));
        if (!supportedTypes.Contains(modelType))
            throw new HoneException(Text.Of($"{file.Path}: model_type {TensorEntry.Quote(modelType)} is not supported. Supported are: {List(supportedTypes)}.", $"{file.Path}：不支持 model_type {TensorEntry.Quote(modelType)}。支持的有：{List(supportedTypes)}。"));
        if (file.Object("quantization_config") is not null)
            throw new HoneException(Text.Of(
                $"{file.Path}: the weights are quantised (quantization_config), which is not supported; use the model stored as float32, bfloat16 or float16.",
                $"{file.Path}：权重经过量化（quantization_config），不受支持；请使用以 float32、bfloat16 或 float16 存储的模型。"));
        Family family = Of(modelType);
        if (family.IsOlder)
            RequireOrdinaryAttention(file);

        int width = file.Positive(family.Name("hidden_size"));
        int heads = file.Positive(family.Name("num_attention_heads"));
        int keyValueHeads = family.IsOlder ? heads : file.Positive("num_key_value_heads", family.KeyValueHeads ?? heads);
        Divide(file, heads, family.Name("num_attention_heads"), keyValueHeads, "num_key_value_heads");
        int headSize = file.Has(SizeOfHead) && !family.IsOlder ? file.Positive(SizeOfHead)
            : family.HeadSize ?? Divide(file, width, family.Name("hidden_size"), heads, family.Name("num_attention_heads"));
        if ((long)heads * headSize > int.MaxValue)
            throw file.Wrong(family.Name("num_attention_heads"), Text.Of($"at most {int.MaxValue / headSize} heads of {headSize} dimensions", $"至多 {int.MaxValue / headSize} 个 {headSize} 维的头"));
        int layers = file.Positive(family.Name("num_hidden_layers"));
        if (layers > MaxLayers)
            throw file.Wrong(family.Name("num_hidden_layers"), Text.Of($"at most {MaxLayers}", $"至多 {MaxLayers}"));
        int maxPositions = file.Positive(family.Name("max_position_embeddings"), family.MaxPositions);
        int firstPosition = family.PositionsAfter is { } padding ? (file.Whole("pad_token_id") ?? padding) + 1 : 0;
        if (firstPosition < 0 || firstPosition >= maxPositions)
            throw file.Wrong("pad_token_id", Text.Of($"a number from 0 to {maxPositions - 2}", $"0 到 {maxPositions - 2} 的数字"));
        (RopeConfig rope, RopeConfig slidingRope) = RopeConfigReader.Read(file, maxPositions);
        if (!family.IsOlder)
            RequireEvenRotation(file, rope.RotatedSize(headSize), headSize);

        return new ModelConfig
        {
            ModelType = modelType,
            HiddenSize = width,
            LayerCount = layers,
            HeadCount = heads,
            KeyValueHeadCount = keyValueHeads,
            HeadSize = headSize,
            IntermediateSize = file.Positive(family.Name("intermediate_size"), family.IsOlder ? 4 * width : null),
            VocabSize = file.Positive("vocab_size"),
            MaxPositions = maxPositions - firstPosition,
            FirstPosition = firstPosition,
            TokenTypes = family.IsEncoder ? file.Positive("type_vocab_size", 2) : 0,
            NormEpsilon = Epsilon(file, family),
            Activation = ReadActivation(file, family),
            TieWordEmbeddings = file.Flag("tie_word_embeddings") ?? family.IsTied,
            AttentionBias = file.Flag("attention_bias") ?? family.IsOlder,
            MlpBias = file.Flag("mlp_bias") ?? family.IsOlder,
            Windows = ReadWindows(file, modelType, family, layers),
            Rope = rope,
            SlidingRope = slidingRope,
            BosTokenId = SpecialIds(file, "bos_token_id", family.BosTokenId) is [int bos, ..] ? bos : null,
            EosTokenIds = SpecialIds(file, "eos_token_id", family.EosTokenId),
            InitializerRange = (float)(file.Number("initializer_range") ?? 0.02),
            StoredType = ReadStoredType(file),
        };
    }

    static string List(IEnumerable<string> types) => string.Join(", ", types.Order(StringComparer.Ordinal));

    static void RequireOrdinaryAttention(JsonFile file)
    {
        if (file.Flag("scale_attn_weights") == false)
            throw file.Unsupported("scale_attn_weights", Text.Of("expected true", "应为 true"));
        if (file.Flag("scale_attn_by_inverse_layer_idx") == true)
            throw file.Unsupported("scale_attn_by_inverse_layer_idx", Text.Of("expected false", "应为 false"));
        if (file.Flag("add_cross_attention") == true)
            throw file.Unsupported("add_cross_attention", Text.Of("expected false", "应为 false"));
        if (file.Flag("is_decoder") == true)
            throw file.Unsupported("is_decoder", Text.Of("expected false", "应为 false"));
        if (file.Text("position_embedding_type") is not (null or "absolute"))
            throw file.Unsupported("position_embedding_type", Text.Of("expected absolute", "应为 absolute"));
    }

    static void RequireEvenRotation(JsonFile file, int rotated, int headSize)
    {
        if (rotated % 2 != 0 || rotated < 2 || rotated > headSize)
            throw new HoneException(Text.Of(
                $"{file.Path}: rotary embeddings rotate {rotated} of the {headSize} dimensions of a head; expected an even number within the head.",
                $"{file.Path}：旋转位置编码旋转每个头 {headSize} 维中的 {rotated} 维；应为不超过头维数的偶数。"));
    }

    static float Epsilon(JsonFile file, Family family)
    {
        string name = family.Name("rms_norm_eps");
        return (file.Number(name) ?? family.Epsilon) is var epsilon and >= 0 and < 1 ? (float)epsilon : throw file.Wrong(name, Text.Of("a number from 0 to 1", "0 到 1 的数字"));
    }

    static int Divide(JsonFile file, int whole, string wholeName, int parts, string partsName) =>
        whole % parts == 0 ? whole / parts : throw new HoneException(Text.Of($"{file.Path}: {wholeName} {whole} is not a multiple of {partsName} {parts}.", $"{file.Path}：{wholeName} {whole} 不是 {partsName} {parts} 的倍数。"));

    static int[] SpecialIds(JsonFile file, string name, int? otherwise) =>
        file.Ids(name) ?? (otherwise is { } id && !file.IsNull(name) ? [id] : []);

    static Activation ReadActivation(JsonFile file, Family family)
    {
        string name = file.Has("hidden_activation") ? "hidden_activation" : family.Name("hidden_act");
        return (file.Text(name) ?? family.Activation) switch
        {
            "silu" or "swish" => Activation.Silu,
            "gelu" => Activation.Gelu,
            "gelu_new" or "gelu_pytorch_tanh" => Activation.GeluTanh,
            _ => throw file.Unsupported(name, Text.Of("supported are silu, gelu, gelu_new and gelu_pytorch_tanh", "支持 silu、gelu、gelu_new 和 gelu_pytorch_tanh")),
        };
    }

    static ElementType ReadStoredType(JsonFile file) =>
        (file.Text("dtype") ?? file.Text("torch_dtype"))?.Replace("torch.", "", StringComparison.Ordinal) switch
        {
            "bfloat16" => ElementType.BF16,
            "float16" => ElementType.F16,
            _ => ElementType.F32,
        };

    static int?[] ReadWindows(JsonFile file, string modelType, Family family, int layers)
    {
        var windows = new int?[layers];
        if (modelType == "llama" || Of(modelType).IsOlder)
            return windows;

        int? window = file.Has("sliding_window") ? file.Positive("sliding_window") : file.IsNull("sliding_window") ? null : family.Window;
        if (modelType is "qwen2" or "qwen3" && file.Flag("use_sliding_window") != true)
            window = null;

        string[]? kinds = file.Texts("layer_types");
        if (kinds is not null && kinds.Length != windows.Length)
            throw new HoneException(Text.Of($"{file.Path}: layer_types has {kinds.Length} entries; expected {windows.Length}, one for each layer.", $"{file.Path}：layer_types 有 {kinds.Length} 项；应为每层一项，共 {windows.Length} 项。"));
        for (int layer = 0; layer < windows.Length; layer++)
        {
            bool isSliding = kinds?[layer] switch
            {
                RopeConfigReader.SlidingAttention => true,
                RopeConfigReader.FullAttention => false,
                null => IsSliding(file, modelType, layer),
                _ => throw new HoneException(Text.Of(
                    $"{file.Path}: layer_types holds {TensorEntry.Quote(kinds[layer])}; supported are full_attention and sliding_attention.",
                    $"{file.Path}：layer_types 含有 {TensorEntry.Quote(kinds[layer])}；支持 full_attention 和 sliding_attention。")),
            };
            windows[layer] = isSliding ? window : null;
        }
        return windows;
    }

    static bool IsSliding(JsonFile file, string modelType, int layer) =>
        modelType switch
        {
            "qwen2" or "qwen3" => layer >= (file.Whole("max_window_layers") ?? 28),
            "gemma2" => layer % 2 == 0,
            "gemma3_text" => (layer + 1) % file.Positive("sliding_window_pattern", file.Positive("_sliding_window_pattern", 6)) != 0,
            _ => true,
        };
}
