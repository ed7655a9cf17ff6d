namespace Hone.Engine.Checkpoints;

/// <summary>How a model's authors recommend to sample from it: <c>generation_config.json</c>. Null: not said.</summary>
public sealed record GenerationDefaults
{
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];

    /// <summary>Whether to sample at all; else the likeliest token is taken.</summary>
    public bool? Samples { get; init; }

    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    public int? TopK { get; init; }

    public double? MinP { get; init; }

    public double? RepetitionPenalty { get; init; }

    /// <summary>The file's values, or none when there is no file.</summary>
    public static GenerationDefaults Read(string path)
    {
        if (!File.Exists(path))
            return new GenerationDefaults();
        var file = JsonFile.Read(path);
        return new GenerationDefaults
        {
            EosTokenIds = file.Ids("eos_token_id") ?? [],
            Samples = file.Flag("do_sample"),
            Temperature = file.Number("temperature"),
            TopP = file.Number("top_p"),
            TopK = file.Whole("top_k"),
            MinP = file.Number("min_p"),
            RepetitionPenalty = file.Number("repetition_penalty"),
        };
    }
}
