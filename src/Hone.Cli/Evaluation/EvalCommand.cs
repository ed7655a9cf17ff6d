using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.DataSets;
using Hone.Data.Evaluation;
using Hone.Data.Quality;
using Hone.Server.Models;

namespace Hone.Cli.Evaluation;

/// <summary><c>hone eval MODEL FILE</c>: how often a model gives the answers of a test file.</summary>
static class EvalCommand
{
    public static Command Create()
    {
        Argument<string> model = ModelArgument.Create();
        Argument<string> file = new("FILE") { Description = Text.Of("Test examples as JSONL: prompt and completion, or chats; for an embedding model pairs of texts", "JSONL 测试样本：提示与补全，或对话；向量模型用文本对") };
        Option<int?> dimensions = PositiveOption.CreateOptional("--dimensions", Text.Of("Of an embedding model: how many numbers of each vector count", "用于向量模型：只用向量的前若干维"));
        return new Command("eval", Text.Of("Measure a model's answers on a test file", "在测试文件上评估模型")) { model, file, dimensions, DataFolderOption.Create() }.Does(
            (parse, output, cancel) =>
            {
                ModelRegistry models = DataFolderOption.ModelsOf(parse);
                ModelEntry entry = models.Find(parse.GetRequiredValue(model));
                if (models.IsEncoder(entry))
                {
                    EmbeddingScreen.Run(entry, parse.GetRequiredValue(file), parse.GetValue(dimensions), output, cancel);
                    return;
                }
                if (parse.GetValue(dimensions) is not null)
                    throw new HoneException(Text.Of($"--dimensions is for embedding models, and {entry.Id} writes text. Leave it out.", $"--dimensions 用于向量模型，而 {entry.Id} 生成文本。请去掉它。"));
                string path = parse.GetRequiredValue(file);
                string lines = TrainingLines.Require(path, forPairs: $"hone eval hone-embed {ShellWord.Of(path)}");
                EvaluationResult result = EvaluationScreen.Run(models, parse.GetRequiredValue(model), lines, output, cancel);
                foreach (Answer answer in result.Answers)
                    output.Json(new JsonObject { ["line"] = answer.Line, ["expected"] = answer.Expected, ["answer"] = answer.Text, ["label"] = answer.Label });
                output.Table([
                    [Text.Of("examples", "样本数"), $"{result.Answers.Count:N0}"],
                    [Text.Of("written as expected", "输出与期望一致"), EvaluationResult.Percent(result.ExactMatch)],
                    [Text.Of("right label most probable", "正确标签概率最高"), EvaluationResult.Percent(result.LabelAccuracy)],
                ]);
                output.Json(result.ToJson());
            }
        );
    }
}
