using System.Text.Json;
using Hone.Data.Analysis;
using Hone.Data.Analysis.Reports;
using Hone.Data.Embedding;
using Hone.Data.Sources;
using Hone.Data.Vectors;
using Hone.Engine;
using Hone.Engine.Embedding;
using Hone.Server.Access;
using Hone.Server.Embeddings;
using Hone.Server.Files;
using Hone.Server.Http;
using Hone.Server.Inference;
using Hone.Server.Limits;
using Hone.Server.Models;

namespace Hone.Server.Analysis;

/// <summary>What an analysis is about.</summary>
/// <param name="Texts">Texts with their vectors.</param>
/// <param name="Param">The parameter that they came in.</param>
/// <param name="Name">For the title of a page.</param>
sealed record AnalysedTexts(EmbeddedTexts Texts, string Param, string Name);

/// <summary>Reads the vectors of a request or of a file of the caller's organisation, and embeds texts.</summary>
sealed class AnalysisTexts(VisibleModels models, LoadedEmbedders embedders, FileStore files, RateLimits limits, InferenceMetrics metrics)
{
    /// <summary>Texts that wait for the model together: room is left for the requests of others.</summary>
    const int TextsAtOnce = 2048;

    const int MaxTokens = 2_000_000;

    /// <exception cref="ApiError">400: nothing to analyse, or what cannot be. 404: no such file or model.</exception>
    public async Task<AnalysedTexts> ReadAsync(JsonFields body, Caller caller, CancellationToken cancel)
    {
        body.RefuseOthers();
        string? file = body.String(AnalysisBody.FileId);
        if (file is not null ? body.Has(AnalysisBody.Input) || body.Has(AnalysisBody.Vectors) : !body.Has(AnalysisBody.Input) && !body.Has(AnalysisBody.Vectors))
            throw ApiError.Invalid("Give one of 'input' (texts), 'vectors' (with their texts as 'input', if there are any) and 'file_id'.", AnalysisBody.Input);
        if (file is not null)
            return await OfFileAsync(file, body, caller, cancel);
        if (body.Has(AnalysisBody.Column) || body.Has(AnalysisBody.Template))
            throw ApiError.Invalid("'column' and 'text' are about the columns of a file: they go with 'file_id'.", body.Has(AnalysisBody.Column) ? AnalysisBody.Column : AnalysisBody.Template);
        string[] texts = [.. (body.Array(AnalysisBody.Input) ?? []).Select(TextOf)];
        float[][] vectors;
        string param = AnalysisBody.Input;
        if (body.Has(AnalysisBody.Vectors))
        {
            vectors = [.. body.Array(AnalysisBody.Vectors)!.Select(item => VectorOf(item, AnalysisBody.Vectors))];
            if (texts.Length > 0 && texts.Length != vectors.Length)
                throw ApiError.Invalid($"There are {texts.Length} texts and {vectors.Length} vectors; each vector needs its text, or none.", AnalysisBody.Input);
            param = AnalysisBody.Vectors;
        }
        else
            vectors = await EmbedAsync(texts, body, caller, AnalysisBody.Input, others: null, cancel);
        VectorModel? model = param == AnalysisBody.Input ? models.VectorModelOf(ModelOf(body, caller, param, others: null)) : null;
        JsonElement nothing = JsonElement.Parse("{}");
        VectorRow[] rows = [.. vectors.Select((vector, i) => new VectorRow(i + 1, vector, nothing))];
        return Refusing(param, () => new AnalysedTexts(new EmbeddedTexts(rows, row => texts.Length == 0 ? "" : texts[row.Line - 1], row => $"'{param}[{row.Line - 1}]'") { Model = model }, param, Text.Of("a request", "请求")));
    }

    /// <summary>The vectors of texts, of the model that the request names.</summary>
    /// <param name="others">Rows that the texts are compared with, as what is looked for; null where they are the rows themselves.</param>
    /// <exception cref="ApiError">400: a text has no tokens, they are too many, or the rows are of another model. 404: no such model.</exception>
    public async Task<float[][]> EmbedAsync(IReadOnlyList<string> texts, JsonFields body, Caller caller, string param, EmbeddedTexts? others, CancellationToken cancel)
    {
        ModelEntry entry = ModelOf(body, caller, param, others);
        using LoadedEmbedders.Rented rented = await embedders.RentAsync(entry, cancel);
        if (others is { Model: null } && ShortVectors.ProblemOf(entry, others.Points.Dimensions, rented.Model.Dimensions) is { } problem)
            throw ApiError.Invalid(problem, AnalysisBody.Model);
        string? prompt = others is not null && rented.Model.Prompts.ContainsKey(TextVectors.QueryPrompt) ? TextVectors.QueryPrompt : null;
        int[][] tokens = TextVectors.Tokens(rented.Model, texts, prompt);
        int empty = Array.FindIndex(tokens, one => one.Length == 0);
        if (empty >= 0)
            throw ApiError.Invalid($"'{param}[{empty}]' is empty: it has no tokens to embed.", param);
        long count = tokens.Sum(one => (long)one.Length);
        if (count > MaxTokens)
            throw ApiError.Invalid($"Requested {count} tokens, max {MaxTokens} tokens per request", param, "max_tokens_per_request");
        limits.TakeTokens(caller, count);
        List<float[]> vectors = new(tokens.Length);
        foreach (int[][] part in tokens.Chunk(TextsAtOnce))
            vectors.AddRange(await rented.EmbedAsync(part, TooLong.Window, cancel));
        metrics.Count(new Usage((int)count, CompletionTokens: 0, CachedTokens: 0), entry.Id);
        return [.. vectors];
    }

    /// <summary>The model that the request names, else that of the rows.</summary>
    ModelEntry ModelOf(JsonFields body, Caller caller, string param, EmbeddedTexts? others)
    {
        string? named = body.String(AnalysisBody.Model);
        if (others is { Model: null } && named is null)
            throw ApiError.Invalid($"'{param}' is text, and nothing says which model the vectors of the rows are of. Name it as '{AnalysisBody.Model}'.", AnalysisBody.Model, "missing_required_parameter");
        if (others is { Model: null } && models.StandInOf(named!) is { } standIn)
            throw ApiError.Invalid(
                Text.Of(
                    $"'{named}' stands for '{standIn}' here, and vectors that the model of that name made elsewhere, such as OpenAI's, cannot be compared with its own. Name '{standIn}' if it made these vectors; if not, send texts in place of vectors, or as a query a vector of their model.",
                    $"“{named}”在此代表“{standIn}”，而其他地方（如 OpenAI）的同名模型生成的向量不能与它的向量比较。如果这些向量由它生成，请写“{standIn}”；否则请发送文本而不是向量，或用其模型生成的向量作为查询。"),
                AnalysisBody.Model);
        ModelEntry entry = models.Find(named ?? others?.Model?.Name ?? ModelAliases.DefaultEmbeddingModel, caller);
        VectorModel model = models.VectorModelOf(entry);
        if (others?.Model?.IsSame(model) == false)
            throw ApiError.Invalid($"The vectors of the rows are of the model {others.Model}, and those of '{param}' would be of {model}: they cannot be compared. Name the same model, or embed the rows again.", AnalysisBody.Model);
        return entry;
    }

    /// <summary>Vectors of the model, shortened where those of the rows are shorter.</summary>
    public static Points Fit(IReadOnlyList<float[]> vectors, EmbeddedTexts texts, string param)
    {
        int length = texts.Points.Dimensions;
        return Points.Of([.. vectors.Select(vector => vector.Length > length ? EmbeddingModel.Shortened(vector, length) : vector)], i => $"'{param}[{i}]'");
    }

    /// <summary>A vector of the request.</summary>
    public static float[] VectorOf(JsonElement item, string param)
    {
        if (item.ValueKind != JsonValueKind.Array || item.GetArrayLength() is 0 or > AnalysisBody.MaxDimensions)
            throw ApiError.Invalid($"{JsonFields.Shown(item.GetRawText())} is no list of 1 to {AnalysisBody.MaxDimensions} numbers - '{param}'", param, "invalid_type");
        return [.. item.EnumerateArray().Select(number => number.ValueKind == JsonValueKind.Number ? number.GetSingle() : throw ApiError.Invalid($"{JsonFields.Shown(number.GetRawText())} is not of type 'number' - '{param}'", param, "invalid_type"))];
    }

    /// <summary>What the caller can mend is an error of the caller.</summary>
    public static T Refusing<T>(string param, Func<T> compute)
    {
        try
        {
            return compute();
        }
        catch (HoneException problem)
        {
            throw ApiError.Invalid(problem.Message, param);
        }
    }

    async Task<AnalysedTexts> OfFileAsync(string id, JsonFields body, Caller caller, CancellationToken cancel)
    {
        StoredFile file = files.Find(id, caller.Organisation) ?? throw FileErrors.Unknown(id, AnalysisBody.FileId);
        string path = files.PathOf(file);
        (string? column, string? template) = (body.String(AnalysisBody.Column), body.String(AnalysisBody.Template));
        if (column is not null && template is not null)
            throw ApiError.Invalid("Give 'column' or 'text', not both.", AnalysisBody.Template);

        (VectorRow[] rows, Func<VectorRow, string> textOf, bool areTexts, VectorModel? model) = Refusing(AnalysisBody.FileId, () => Named(() => Read(file, path, column, template), path, file));
        if (areTexts)
        {
            float[][] vectors = await EmbedAsync([.. rows.Select(textOf)], body, caller, AnalysisBody.FileId, others: null, cancel);
            rows = [.. rows.Select((row, i) => row with { Vector = vectors[i] })];
            model = models.VectorModelOf(ModelOf(body, caller, AnalysisBody.FileId, others: null));
        }
        return Refusing(AnalysisBody.FileId, () => new AnalysedTexts(new EmbeddedTexts(rows, textOf, row => Text.Of($"{file.Filename}, line {row.Line}", $"{file.Filename} 第 {row.Line} 行")) { Model = model }, AnalysisBody.FileId, file.Filename));
    }

    /// <summary>The rows of a file: with their vectors, or with texts alone.</summary>
    static (VectorRow[] Rows, Func<VectorRow, string> TextOf, bool AreTexts, VectorModel? Model) Read(StoredFile file, string path, string? column, string? template)
    {
        if (Path.GetExtension(file.Filename).Equals(".npy", StringComparison.OrdinalIgnoreCase))
            return (Limited(VectorFile.Open(path).Read()), _ => "", false, null);
        var source = SourceFile.Open(path, new SourceOptions { Format = SourceFile.FormatOfName(file.Filename) });
        RowTexts? texts = (template ?? column) is { } text ? new RowTexts(source, text, isTemplate: template is not null) : null;
        if (VectorFile.HasVectors(source))
        {
            var vectors = VectorFile.Of(source);
            texts ??= RowTexts.Recorded(source, vectors.Model);
            return (Limited(vectors.Read()), texts is null ? _ => "" : texts.TextOf, false, vectors.Model);
        }
        if (texts is null)
            throw new HoneException(Text.Of($"{path} holds no vectors. Name the column with the texts, of {string.Join(", ", source.Columns)}, as 'column'.", $"{path} 中没有向量。请用 column 指定文本列：{string.Join("、", source.Columns)}。"));
        return (Limited(texts.Read().Select(row => new VectorRow(row.Row.Line, [], row.Row.Value))), texts.TextOf, true, null);
    }

    static VectorRow[] Limited(IEnumerable<VectorRow> rows)
    {
        VectorRow[] read = [.. rows.Take(AnalysisBody.MaxRows + 1)];
        return read.Length <= AnalysisBody.MaxRows ? read : throw new HoneException(Text.Of($"The file has more than {AnalysisBody.MaxRows} rows, the most that are analysed in a request. Send a sample of them.", $"文件超过 {AnalysisBody.MaxRows} 行，这是一次请求可分析的上限。请发送其中的样本。"));
    }

    /// <summary>Messages name a file as its owner called it, never where it lies.</summary>
    static T Named<T>(Func<T> read, string path, StoredFile file)
    {
        try
        {
            return read();
        }
        catch (HoneException problem)
        {
            throw new HoneException(problem.Message.Replace(path, file.Filename, StringComparison.Ordinal), problem);
        }
    }

    static string TextOf(JsonElement item) =>
        item.ValueKind == JsonValueKind.String ? item.GetString()! : throw ApiError.Invalid($"{JsonFields.Shown(item.GetRawText())} is not of type 'string' - '{AnalysisBody.Input}'", AnalysisBody.Input, "invalid_type");
}
