using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.DataSets;
using Hone.Data.Evaluation;
using Hone.Data.Formats;
using Hone.Engine.Embedding;
using Hone.Server.Models;

namespace Hone.Cli.Evaluation;

/// <summary>Measures an embedding model on pairs of texts and shows it.</summary>
static class EmbeddingScreen
{
    public static void Run(ModelEntry entry, string file, int? dimensions, Output output, CancellationToken cancel)
    {
        Utf8Text.RequireFile(TrainingLines.RequirePairs(file));
        using var model = EmbeddingModel.Open(entry.Folder);
        EmbeddingEvaluation evaluation = new(model, file, dimensions, cancel);
        output.Line($"{file}{Text.Of(": ", "：")}{evaluation.Description}");
        EmbeddingQuality quality;
        using (Progress progress = new(output, evaluation.TextCount))
            quality = evaluation.Run(done => progress.Report(done, ""), cancel);

        List<string[]> table = [];
        JsonObject json = new() { ["model"] = entry.Id, ["examples"] = quality.Examples, ["dimensions"] = dimensions ?? model.Dimensions };
        Add("spearman", Text.Of("Spearman", "Spearman 相关"), quality.Spearman is { } order && double.IsFinite(order) ? order : null);
        Add("top_1", Text.Of("partner found first", "首位命中率"), quality.First);
        Add("mrr", Text.Of("mean reciprocal rank", "平均倒数排名"), quality.ReciprocalRank);
        if (quality.Candidates is { } candidates)
        {
            table.Add([Text.Of("texts searched", "被搜索的文本数"), $"{candidates}"]);
            json["candidates"] = candidates;
        }
        output.Table(table);
        output.Json(json);

        void Add(string name, string label, double? value)
        {
            if (value is not { } measured)
                return;
            table.Add([label, measured.ToString("0.0000", CultureInfo.InvariantCulture)]);
            json[name] = measured;
        }
    }
}
