using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Data.Evaluation;
using Hone.Engine.ChatTemplates;
using Hone.Server.Models;

namespace Hone.Cli.Evaluation;

/// <summary>Runs a model on a test file and shows how it did.</summary>
static class EvaluationScreen
{
    public static EvaluationResult Run(ModelRegistry models, string model, string testFile, Output output, CancellationToken cancel)
    {
        using LoadedModel loaded = models.Load(model);
        AnswerEvaluation evaluation = new(loaded.Model, ChatEncoder.Load(loaded.Folder.Path), testFile);
        using Progress progress = new(output, evaluation.Count);
        IReadOnlyList<Answer> answers = evaluation.Run(done => progress.Report(done, ""), cancel);
        return new EvaluationResult(
            model,
            answers,
            answers.Count(answer => answer.IsExact) / (double)answers.Count,
            evaluation.Labels.Count > 0 ? answers.Count(answer => answer.IsLabelRight) / (double)answers.Count : null
        );
    }
}

/// <summary>How a model did on a test file.</summary>
/// <param name="ExactMatch">The share of answers that were written as expected.</param>
/// <param name="LabelAccuracy">The share of lines whose label was the most probable one; null when the file has no labels.</param>
sealed record EvaluationResult(string Model, IReadOnlyList<Answer> Answers, double ExactMatch, double? LabelAccuracy)
{
    public static string Percent(double? share) => share is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.0} %") : "–";

    public JsonObject ToJson() =>
        new()
        {
            ["model"] = Model,
            ["examples"] = Answers.Count,
            ["exact_match"] = ExactMatch,
            ["label_accuracy"] = LabelAccuracy,
        };
}
