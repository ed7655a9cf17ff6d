using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Engine.Checkpoints;
using Hone.Engine.Embedding;
using Hone.Engine.Models;
using Hone.Server.Models;

namespace Hone.Cli.Models;

/// <summary><c>hone models show MODEL</c></summary>
static class ShowModel
{
    /// <summary>A fact about a model; a text stands for a value that reads better otherwise.</summary>
    sealed record Fact(string Name, string Label, JsonNode? Value, string? AsText = null);

    public static Command Create()
    {
        Argument<string> model = ModelArgument.Create();
        return new Command("show", Text.Of("Show a model's shape, origin and how it was made", "显示模型的结构、来源和训练方式")) { model, DataFolderOption.Create() }.Does(
            (parse, output) =>
            {
                ModelRegistry models = DataFolderOption.ModelsOf(parse);
                ModelEntry entry = models.Find(parse.GetRequiredValue(model));
                Fact[] facts = [.. Identity(entry), .. Shape(models, entry), .. Origin(entry.Record)];

                output.Line(entry.Id);
                output.Table([.. facts.Where(fact => fact.Value is not null).Select(fact => (string[])["  " + fact.Label, fact.AsText ?? fact.Value!.ToString()])]);
                output.Json(new JsonObject(facts.Select(fact => KeyValuePair.Create(fact.Name, fact.Value)).Prepend(KeyValuePair.Create("model", (JsonNode?)entry.Id))));
            }
        );
    }

    static IEnumerable<Fact> Identity(ModelEntry entry) =>
        [
            new("origin", Text.Of("origin", "来源"), ListModels.OriginName(entry.Origin), ListModels.OriginText(entry.Origin)),
            new("folder", Text.Of("folder", "文件夹"), entry.Folder),
            new("size_bytes", Text.Of("size", "大小"), entry.Size, Quantity.Bytes(entry.Size)),
        ];

    static IEnumerable<Fact> Shape(ModelRegistry models, ModelEntry entry)
    {
        using ModelFolder folder = models.OpenFolder(entry);
        ModelConfig config = folder.Config;
        long parameters = folder.LoadAny().Parameters.Sum(parameter => (long)parameter.Length);
        return
        [
            new("architecture", Text.Of("architecture", "架构"), config.ModelType),
            new("parameters", Text.Of("parameters", "参数量"), parameters, Quantity.Count(parameters)),
            new("layers", Text.Of("layers", "层数"), config.LayerCount),
            new("hidden_size", Text.Of("width", "宽度"), config.HiddenSize),
            new("heads", Text.Of("heads", "注意力头"), config.HeadCount),
            new("key_value_heads", Text.Of("key-value heads", "键值头"), config.KeyValueHeadCount),
            new("vocabulary", Text.Of("vocabulary", "词表大小"), config.VocabSize),
            new("context", Text.Of("context in tokens", "上下文词元数"), folder.IsEncoder && folder.HasTokenizer ? EmbeddingContext(entry) : config.MaxPositions),
            new("has_tokenizer", Text.Of("tokenizer", "分词器"), folder.HasTokenizer, YesOrNo(folder.HasTokenizer)),
            // An encoder writes no answers, whatever template its tokenizer came with.
            .. folder.IsEncoder ? [] : new[] { new Fact("has_chat_template", Text.Of("chat template", "对话模板"), folder.ReadChatTemplate() is not null, YesOrNo(folder.ReadChatTemplate() is not null)) },
        ];
    }

    /// <summary>The longest text that the model embeds, which may be shorter than its table of positions.</summary>
    static int EmbeddingContext(ModelEntry entry)
    {
        using var model = EmbeddingModel.Open(entry.Folder);
        return model.MaxTokens;
    }

    static IEnumerable<Fact> Origin(ModelRecord? record) =>
        record is null
            ? []
            :
            [
                new("created_at", Text.Of("created", "创建时间"), record.CreatedAt.ToUnixTimeSeconds(), record.CreatedAt.ToString("u")),
                new("source", Text.Of("source", "来自"), record.Source),
                new("base", Text.Of("base", "基础模型"), record.Base),
                new("method", Text.Of("method", "方法"), record.Method),
                new("job", Text.Of("job", "任务"), record.Job),
                new("seed", Text.Of("seed", "种子"), record.Seed is { } seed ? JsonValue.Create(seed) : null),
                new("lineage", Text.Of("lineage", "来历"), record.Lineage.Count > 0 ? new JsonArray([.. record.Lineage.Select(step => (JsonNode)step)]) : null, string.Join(" → ", record.Lineage)),
                new("hyperparameters", Text.Of("hyperparameters", "超参数"), record.Hyperparameters?.DeepClone(), Pairs(record.Hyperparameters)),
                new("metrics", Text.Of("metrics", "指标"), record.Metrics?.DeepClone(), Pairs(record.Metrics)),
                new("data", Text.Of("data", "数据"), DataOf(record), string.Join(", ", (record.Data ?? []).Select(data => $"{data.File} ({data.Examples:N0})"))),
            ];

    static JsonArray? DataOf(ModelRecord record) =>
        record.Data is null
            ? null
            : new JsonArray(
                [
                    .. record.Data.Select(data => new JsonObject
                    {
                        ["file"] = data.File,
                        ["sha256"] = data.Sha256,
                        ["purpose"] = data.Purpose,
                        ["examples"] = data.Examples,
                    }),
                ]
            );

    static string Pairs(JsonObject? values) =>
        string.Join(", ", (values ?? []).Select(pair => pair.Value is JsonObject inner ? Pairs(inner) : $"{pair.Key} {Value(pair.Value)}"));

    static string Value(JsonNode? value) =>
        value is JsonArray list ? string.Join("/", list.Select(Value)) : value is JsonValue number && number.TryGetValue(out double amount) ? amount.ToString(Math.Abs(amount) >= 10_000 ? "0" : "G5", CultureInfo.InvariantCulture) : $"{value}";

    static string YesOrNo(bool isSo) => isSo ? Text.Of("yes", "有") : Text.Of("none", "无");
}
