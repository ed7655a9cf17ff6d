using System.CommandLine;
using System.CommandLine.Parsing;
using Hone.Cli.Embedding;
using Hone.Data.Analysis;
using Hone.Data.Embedding;
using Hone.Engine.Embedding;

namespace Hone.Cli.DataSets;

/// <summary><c>--semantic</c> and the model that it takes: texts are compared by what they say, whatever their words.</summary>
sealed class SemanticOption
{
    const int TextsAtOnce = 512;

    readonly Option<double?> _cosine;
    readonly Option<string> _model = ModelArgument.CreateOption(EmbedCommand.DefaultModel);
    readonly Option<string> _data = DataFolderOption.Create();

    /// <param name="description">What it does, up to the cosine.</param>
    public SemanticOption(string description) =>
        _cosine = new Option<double?>("--semantic")
        {
            Description = description + Text.Of($": with this cosine of their vectors (default: {SemanticRepeats.DefaultSimilarity})", $"：向量余弦达到此值（默认：{SemanticRepeats.DefaultSimilarity}）"),
            HelpName = "N",
            Arity = ArgumentArity.ZeroOrOne,
        }
            .WithoutComma()
            .Within(value => value is null or (> 0 and <= 1), Text.Of("--semantic must be more than 0, and at most 1.", "--semantic 必须大于 0，且不超过 1。"));

    public IReadOnlyList<Option> Options => [_cosine, _model, _data];

    public void AddTo(Command command)
    {
        foreach (Option option in Options)
            command.Add(option);
        command.Validators.Add(given =>
        {
            if (given.IsGiven(_model) && !IsGiven(given))
                given.AddError(Text.Of("--model goes with --semantic.", "--model 须与 --semantic 同用。"));
        });
    }

    public bool IsGiven(CommandResult given) => given.IsGiven(_cosine);

    /// <summary>From which cosine on texts say the same.</summary>
    public double CosineOf(ParseResult parse) => parse.GetValue(_cosine) ?? SemanticRepeats.DefaultSimilarity;

    /// <summary>The model; null where the option is not given.</summary>
    public EmbeddingModel? Open(ParseResult parse) => IsGiven(parse.CommandResult) ? EmbeddingModel.Open(EmbedCommand.FindModel(DataFolderOption.ModelsOf(parse), parse.GetRequiredValue(_model)).Folder) : null;

    /// <summary>The vectors of texts, none of them empty; says how far it is.</summary>
    public static float[][] Embed(EmbeddingModel model, IReadOnlyList<string> texts, Output output, CancellationToken cancel)
    {
        using Progress progress = new(output, texts.Count);
        List<float[]> vectors = new(texts.Count);
        foreach (string[] part in texts.Chunk(TextsAtOnce))
        {
            vectors.AddRange(TextVectors.Of(model, part, tooLong: TooLong.Window, cancel: cancel));
            progress.Report(vectors.Count, "");
        }
        return [.. vectors];
    }
}
