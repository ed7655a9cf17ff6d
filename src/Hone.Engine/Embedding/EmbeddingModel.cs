using System.Numerics.Tensors;
using Hone.Engine.Models;
using Hone.Engine.Tokenizers;

namespace Hone.Engine.Embedding;

/// <summary>What happens to a text with more tokens than the model reads.</summary>
public enum TooLong
{
    /// <summary>An error that says how many tokens there are.</summary>
    Error,

    /// <summary>Its vector is the mean of those of its parts, each weighted by its tokens.</summary>
    Window,

    /// <summary>Its end is left out.</summary>
    Truncate,
}

/// <summary>A model that makes embeddings, in a folder of Hugging Face's or sentence-transformers' layout. Not for several threads at once.</summary>
public sealed class EmbeddingModel : IDisposable
{
    readonly ModelFolder _folder;
    readonly EmbeddingSettings _settings;
    readonly TextEmbedder _embedder;

    EmbeddingModel(ModelFolder folder)
    {
        _folder = folder;
        _settings = EmbeddingSettings.Read(folder);
        Tokenizer = Tokenizer.Load(folder.Path);
        Transformer = folder.LoadAny();
        _embedder = new TextEmbedder(Transformer, Pooling);
        if (MaxTokens <= AddedTokens)
            throw new HoneException($"{folder.Path} allows {MaxTokens} tokens, which leaves none for a text.");
        // Most models whose capitals count for nothing have a tokenizer that sees to it.
        if (_settings.LowersCase && !Tokenizer.Encode("A").AsSpan().SequenceEqual(Tokenizer.Encode("a")))
            throw new HoneException(Text.Of(
                $"{folder.Path} asks for small letters (do_lower_case), and its tokenizer tells capitals from them. Give its tokenizer.json a normalizer of the type Lowercase.",
                $"{folder.Path} 要求转为小写（do_lower_case），但其分词器区分大小写。请在 tokenizer.json 中加入类型为 Lowercase 的 normalizer。"));
    }

    /// <summary>The layers, whose weights stay mapped until this model is disposed.</summary>
    public TransformerModel Transformer { get; }

    public Tokenizer Tokenizer { get; }

    public Pooling Pooling => _settings.Pooling;

    /// <summary>The length of the vectors.</summary>
    public int Dimensions => _embedder.Dimensions;

    /// <summary>The longest text in tokens, those that the tokenizer adds included.</summary>
    public int MaxTokens => _settings.MaxTokens;

    /// <summary>What the model wants before a text, by the name of what it is for, such as <c>query</c>.</summary>
    public IReadOnlyDictionary<string, string> Prompts => _settings.Prompts;

    /// <summary>The prompt of a text for which none is named; null for nothing.</summary>
    public string? DefaultPrompt => _settings.DefaultPrompt;

    /// <summary>Tokens that the tokenizer puts around each text.</summary>
    int AddedTokens => Tokenizer.WithAddedTokens([]).Length;

    /// <summary>Refuses a folder whose model makes no embeddings, without reading its weights.</summary>
    /// <inheritdoc cref="Open"/>
    public static void Require(string path)
    {
        using var folder = ModelFolder.Open(path);
        _ = EmbeddingSettings.Read(folder);
    }

    /// <exception cref="HoneException">The folder holds no model that can make embeddings.</exception>
    public static EmbeddingModel Open(string path)
    {
        var folder = ModelFolder.Open(path);
        try
        {
            return new EmbeddingModel(folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>The vectors of texts, in their order, each of length 1; the same for a text alone and among others.</summary>
    /// <param name="texts">As tokens, without those that the tokenizer adds.</param>
    /// <exception cref="HoneException">A text is empty, or too long and <paramref name="tooLong"/> is <see cref="TooLong.Error"/>.</exception>
    public float[][] Embed(IReadOnlyList<int[]> texts, TooLong tooLong = TooLong.Error, CancellationToken cancel = default)
    {
        List<int[]> parts = [];
        var ends = new int[texts.Count];
        for (int i = 0; i < texts.Count; i++)
        {
            parts.AddRange(PartsOf(texts[i], i, tooLong));
            ends[i] = parts.Count;
        }

        float[][] vectors = EmbedByLength(parts, cancel);
        return [.. ends.Select((end, i) => Joined(parts, vectors, i == 0 ? 0 : ends[i - 1], end))];
    }

    /// <summary>Refuses a length that the vectors do not have.</summary>
    public void RequireDimensions(int? asked)
    {
        if (asked > Dimensions)
            throw new HoneException(Text.Of($"The model's vectors have {Dimensions} numbers, and {asked} were asked for. Ask for at most {Dimensions}.", $"模型的向量有 {Dimensions} 维，而要求的是 {asked} 维。最多可要求 {Dimensions} 维。"));
    }

    /// <summary>A text as the model reads it: behind its default prompt, with the tokens that its tokenizer adds.</summary>
    public int[] EncodeWhole(string text) => Tokenizer.WithAddedTokens(Tokenizer.Encode(DefaultPrompt + text, addSpecial: false));

    /// <summary>Each vector's first numbers, made of length 1 again (Matryoshka, Kusupati et al. 2022).</summary>
    public static float[] Shortened(ReadOnlySpan<float> vector, int dimensions)
    {
        float[] first = vector[..dimensions].ToArray();
        Normalise(first);
        return first;
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>How many tokens of a text the model can read at once, without those that the tokenizer adds.</summary>
    public int RoomForText => MaxTokens - AddedTokens;

    IEnumerable<int[]> PartsOf(int[] text, int index, TooLong tooLong)
    {
        if (text.Length == 0)
            throw new HoneException(Text.Of($"Text {index + 1} is empty. Give a text of one token or more.", $"第 {index + 1} 个文本为空。请给出至少一个词元的文本。"));
        if (text.Length <= RoomForText)
            return [Tokenizer.WithAddedTokens(text)];
        return tooLong switch
        {
            TooLong.Window => text.Chunk(RoomForText).Select(part => Tokenizer.WithAddedTokens(part)),
            TooLong.Truncate => [Tokenizer.WithAddedTokens(text.AsSpan(0, RoomForText))],
            _ => throw new HoneException(Text.Of(
                $"Text {index + 1} has {text.Length} tokens; the model reads {RoomForText}. Shorten it, or ask for windows or truncation.",
                $"第 {index + 1} 个文本有 {text.Length} 个词元，模型最多读 {RoomForText} 个。请缩短文本，或选择分窗平均或截断。")),
        };
    }

    /// <summary>Texts of like length go through the model together, so that the work is spread evenly.</summary>
    float[][] EmbedByLength(List<int[]> parts, CancellationToken cancel)
    {
        int[] order = [.. Enumerable.Range(0, parts.Count).OrderBy(i => parts[i].Length)];
        float[][] sorted = _embedder.Embed([.. order.Select(i => parts[i])], cancel);
        var vectors = new float[parts.Count][];
        for (int i = 0; i < order.Length; i++)
            vectors[order[i]] = sorted[i];
        return vectors;
    }

    static float[] Joined(List<int[]> parts, float[][] vectors, int first, int end)
    {
        if (end - first == 1)
            return vectors[first];
        var mean = new float[vectors[first].Length];
        for (int i = first; i < end; i++)
            TensorPrimitives.MultiplyAdd(vectors[i], parts[i].Length, mean, mean);
        Normalise(mean);
        return mean;
    }

    static void Normalise(float[] vector)
    {
        double squares = 0;
        foreach (float value in vector)
            squares += (double)value * value;
        if (squares > 0)
            TensorPrimitives.Multiply(vector, (float)(1 / Math.Sqrt(squares)), vector);
    }
}
