using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.Evaluation;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Generation;
using Hone.Engine.Training;
using Hone.Server.FineTuning;
using Hone.Server.Models;
using Hone.Server.Storage;

namespace Hone.Cli.FineTuning;

/// <summary><c>hone demo</c>: the main job in two minutes. A built-in model learns to judge reviews, is measured before and after, and answers.</summary>
static class DemoCommand
{
    const int Seed = 1;

    static readonly string[] Prompts = ["The food was cold and the waiter was rude.\nSentiment:", "房间干净，服务员很热情，下次还来。\nSentiment:"];

    public static Command Create()
    {
        Option<string> model = new("--model", "-m")
        {
            Description = Text.Of("Model to train", "要训练的模型"),
            HelpName = "MODEL",
            DefaultValueFactory = _ => ModelAliases.DefaultModel,
        };
        return new Command("demo", Text.Of("Fine-tune a small model and see the difference, in two minutes", "两分钟内微调一个小模型并查看效果")) { model, DataFolderOption.Create() }.Does(
            (parse, output, cancel) => Run(parse, DataFolderOption.Of(parse), parse.GetRequiredValue(model), output, cancel)
        );
    }

    static void Run(ParseResult parse, DataFolder data, string model, Output output, CancellationToken cancel)
    {
        long started = TimeProvider.System.GetTimestamp();
        string train = ExampleData.Find("sentiment/train.jsonl");
        string test = ExampleData.Find("sentiment/test.jsonl");
        ModelRegistry models = new(data);

        output.Line(Text.Of($"1. {model} judges reviews it was never trained to judge:", $"1. 未经训练的 {model} 判断评论的情感："));
        EvaluationResult before = Evaluate(models, model, test, "before", output, cancel);

        output.Line(Text.Of($"2. It learns from {Path.GetRelativePath(Environment.CurrentDirectory, train)}:", $"2. 用 {Path.GetRelativePath(Environment.CurrentDirectory, train)} 微调："));
        JobStore store = JobsOf.Data(data);
        JobRecord job = FinetuneScreen.Run(parse, data, store, CreateJob(data, store, model, train), output, cancel);

        output.Line(Text.Of("3. The tuned model judges the same reviews:", "3. 微调后的模型判断同样的评论："));
        EvaluationResult after = Evaluate(models, job.FineTunedModel!, test, "after", output, cancel);

        output.Line(Text.Of("4. It answers:", "4. 回答："));
        JsonArray answers = Answer(models, job.FineTunedModel!, output, cancel);
        ShowNext(job, DataFolderOption.ToWrite(data), output);
        output.Json(new JsonObject
        {
            ["fine_tuned_model"] = job.FineTunedModel,
            ["exact_match_before"] = before.ExactMatch,
            ["exact_match_after"] = after.ExactMatch,
            ["label_accuracy_before"] = before.LabelAccuracy,
            ["label_accuracy_after"] = after.LabelAccuracy,
            ["answers"] = answers,
            ["seconds"] = Math.Round(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 1),
        });
    }

    static string CreateJob(DataFolder data, JobStore store, string model, string train)
    {
        JobRecord job = new()
        {
            Model = new ModelRegistry(data).Find(model).Id,
            TrainingFile = JobsOf.Keep(data, store, train, BuiltInTraining.Method),
            Method = BuiltInTraining.Method,
            Suffix = "demo",
            Seed = Seed,
            CreatedAt = TimeProvider.System.GetUtcNow(),
            Hyperparameters = BuiltInTraining.Hyperparameters,
        };
        return JobsOf.CreateHere(store, job).Id;
    }

    static EvaluationResult Evaluate(ModelRegistry models, string model, string test, string stage, Output output, CancellationToken cancel)
    {
        EvaluationResult result = EvaluationScreen.Run(models, model, test, output, cancel);
        output.Line(Text.Of(
            $"   right label more probable: {EvaluationResult.Percent(result.LabelAccuracy)}, written as expected: {EvaluationResult.Percent(result.ExactMatch)}",
            $"   正确标签概率更高：{EvaluationResult.Percent(result.LabelAccuracy)}，输出与期望一致：{EvaluationResult.Percent(result.ExactMatch)}"));
        JsonObject line = result.ToJson();
        line.Insert(0, "stage", stage);
        output.Json(line);
        return result;
    }

    static JsonArray Answer(ModelRegistry models, string model, Output output, CancellationToken cancel)
    {
        using LoadedModel loaded = models.Load(model);
        ChatEncoder encoder = ChatEncoder.Load(loaded.Folder.Path);
        CompletionEncoder completions = new(encoder.Tokenizer, encoder.EndIds.Count > 0 ? encoder.EndIds[0] : null);
        TextGenerator generator = new(loaded.Model, encoder.Tokenizer, encoder.EndIds);
        JsonArray answers = [];
        foreach (string prompt in Prompts)
        {
            string answer = generator.Generate(completions.EncodePrompt(prompt), SamplingOptions.Greedy with { MaxTokens = 8 }, cancel: cancel)[0].Text;
            output.Line($"   {prompt.Split('\n')[0]} →{answer}");
            answers.Add(new JsonObject { ["prompt"] = prompt, ["text"] = answer });
        }

        return answers;
    }

    static void ShowNext(JobRecord job, string dataOption, Output output)
    {
        output.Line(Text.Of("Go on with:", "接下来可以："));
        output.Line($"  hone complete {job.FineTunedModel}{dataOption} \"The soup was wonderful.\nSentiment:\"");
        output.Line($"  hone finetune {Text.Of("YOUR.jsonl", "你的数据.jsonl")} --model {job.Model}{BuiltInTraining.FinetuneOptions}{dataOption}");
        output.Line($"  hone models show {job.FineTunedModel}{dataOption}");
    }
}
