using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.FineTuning;
using Hone.Engine.Training;
using Hone.Server.Pretraining;

namespace Hone.Cli.Pretraining;

/// <summary><c>hone pretrain CORPUS… --config FILE</c>: makes a base model from plain text.</summary>
static class PretrainCommand
{
    public static Command Create()
    {
        Argument<string[]> corpora = new("CORPUS")
        {
            Description = Text.Of(
                "Text files in UTF-8, or .gz of them, documents separated by a line <|endofdoc|>; - for standard input",
                "UTF-8 文本文件（可为 .gz），文档之间以一行 <|endofdoc|> 分隔；- 表示标准输入"
            ),
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> config = new Option<string>("--config", "-c")
        {
            Description = Text.Of("Shape of the model and how to train it (JSON)", "模型结构与训练方式（JSON）"),
            HelpName = "FILE",
            Required = true,
        }.NotEmpty();
        Option<string> tokenizer = new Option<string>("--tokenizer")
        {
            Description = Text.Of("Folder of tokenizer.json; by default that of the configuration", "tokenizer.json 所在文件夹，默认与配置文件相同"),
            HelpName = "DIR",
        }.NotEmpty();
        Option<string> output = new Option<string>("--output", "-o")
        {
            Description = Text.Of("Folder of the model; by default that of the configuration", "模型输出文件夹，默认与配置文件相同"),
            HelpName = "DIR",
        }.NotEmpty();
        Option<bool> resume = new("--resume") { Description = Text.Of("Go on with an interrupted run", "继续被中断的训练") };
        Option<double> minutes = new Option<double>("--minutes")
        {
            Description = Text.Of("Fewer steps than configured, to end after about so many minutes", "减少训练步数，使其大约在给定分钟数内结束"),
            HelpName = "N",
        }.WithoutComma().Within(count => count is > 0 and < 1e6, Text.Of("--minutes must be greater than 0.", "--minutes 必须大于 0。"));

        Command command = new("pretrain", Text.Of("Make a base model from plain text", "用纯文本训练基础模型")) { corpora, config, tokenizer, output, resume, minutes };
        command.Validators.Add(result =>
        {
            if (result.IsGiven(resume) && result.IsGiven(minutes))
                result.AddError(Text.Of("A resumed run keeps its number of steps. Leave --minutes out.", "恢复的训练沿用原来的步数。请去掉 --minutes。"));
        });
        return command.Does(
            (parse, to, cancel) =>
            {
                string configFile = parse.GetValue(config)!;
                string folder = Path.GetDirectoryName(Path.GetFullPath(configFile))!;
                Run(
                    parse.GetValue(corpora)!,
                    configFile,
                    parse.GetValue(tokenizer) ?? folder,
                    Path.GetFullPath(parse.GetValue(output) ?? folder),
                    parse.GetValue(resume),
                    parse.GetValue(minutes),
                    to,
                    cancel
                );
            }
        );
    }

    static void Run(string[] corpora, string configFile, string tokenizer, string output, bool isResumed, double minutes, Output to, CancellationToken cancel)
    {
        Progress? progress = null;
        PretrainingRun run = new(PretrainConfig.Read(configFile), tokenizer, output)
        {
            IsResumed = isResumed,
            Minutes = minutes,
            OnTokenised = (documents, tokens) => to.Line(Text.Of($"Tokenised {documents:N0} documents, {tokens:N0} tokens", $"已分词 {documents:N0} 篇文档，{tokens:N0} 个词元")),
            OnPlanned = plan =>
            {
                to.Line(Text.Of(
                    $"{plan.Parameters:N0} parameters, corpus of {plan.CorpusTokens:N0} tokens, {plan.Steps:N0} steps of {plan.TokensPerStep:N0} tokens",
                    $"{plan.Parameters:N0} 个参数，语料 {plan.CorpusTokens:N0} 个词元，共 {plan.Steps:N0} 步，每步 {plan.TokensPerStep:N0} 个词元"
                ));
                progress = new Progress(to, plan.Steps);
            },
            OnStep = metrics => Report(metrics, progress!, to),
            OnNotice = notice => to.Notice(notice, progress),
        };

        TrainingResult result;
        try
        {
            result = run.Run(corpora, to.Input, cancel);
        }
        finally
        {
            progress?.Dispose();
        }

        Summarise(result, output, to);
        if (result.Outcome == TrainingOutcome.Cancelled)
            throw new HoneException(Text.Of("Stopped. Go on with the same command and --resume.", "已停止。使用相同命令并加上 --resume 继续。"));
    }

    static void Report(StepMetrics metrics, Progress progress, Output to)
    {
        string valid = metrics.FullValidLoss is { } loss ? FormattableString.Invariant($"  valid {loss:0.000}") : "";
        progress.Report(metrics.Step, FormattableString.Invariant($"loss {metrics.TrainLoss:0.000}{valid}  {metrics.TokensPerSecond:0} tokens/s"));
        to.Json(StepJson.Of(metrics));
    }

    static void Summarise(TrainingResult result, string output, Output to)
    {
        string valid = result.ValidLoss is { } loss ? Text.Of($", validation loss {loss:0.000}", $"，验证损失 {loss:0.000}") : "";
        to.Line(Text.Of(
            $"{output}: {result.Steps} steps, {result.TrainedTokens:N0} tokens, training loss {result.TrainLoss:0.000}{valid}",
            $"{output}：{result.Steps} 步，{result.TrainedTokens:N0} 个词元，训练损失 {result.TrainLoss:0.000}{valid}"
        ));
        to.Json(new JsonObject
        {
            ["model"] = output,
            ["steps"] = result.Steps,
            ["train_loss"] = result.TrainLoss,
            ["valid_loss"] = result.ValidLoss,
            ["trained_tokens"] = result.TrainedTokens,
            ["seconds"] = Math.Round(result.Seconds, 1),
        });
    }
}
