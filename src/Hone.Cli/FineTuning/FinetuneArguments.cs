using System.CommandLine;
using System.CommandLine.Parsing;
using Hone.Server.FineTuning;
using Hone.Server.Models;

namespace Hone.Cli.FineTuning;

/// <summary>The arguments of <c>hone finetune</c>, and which of them go together.</summary>
sealed class FinetuneArguments
{
    public Argument<string?> File { get; } = new("FILE")
    {
        Description = Text.Of("Examples as JSONL: chat, prompt and completion, preferences, or pairs of texts; or the id of a file of 'hone files'", "JSONL 训练样本：对话、提示与补全、偏好对或文本对；也可以是 'hone files' 中文件的标识"),
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<string> Model { get; } = ModelArgument.CreateOption();

    public Option<string> Valid { get; } = new("--valid") { Description = Text.Of("Examples to judge by", "验证样本"), HelpName = "FILE" };

    public Option<string> Replay { get; } = new("--replay-file") { Description = Text.Of("General examples that are mixed in, against forgetting", "混入的通用样本，防止遗忘"), HelpName = "FILE" };

    public Option<string> Method { get; } = new("--method") { Description = Text.Of("How to train", "训练方法"), HelpName = "lora|full|dpo" };

    public Option<string> Suffix { get; } = new("--suffix") { Description = Text.Of("Part of the new model's name", "新模型名称中的后缀"), HelpName = "S" };

    public Option<int?> Seed { get; } =
        new Option<int?>("--seed") { Description = Text.Of("Same seed, same weights", "相同种子得到相同权重"), HelpName = "N" }
            .Within(seed => seed is null or >= 0, Text.Of($"--seed must be from 0 to {int.MaxValue:N0}.", $"--seed 须在 0 到 {int.MaxValue:N0} 之间。"));

    public Option<string> Resume { get; } = new("--resume") { Description = Text.Of("Go on with an interrupted job", "继续被中断的任务"), HelpName = "JOB" };

    public HyperparameterOptions Hyperparameters { get; } = new();

    public void AddTo(Command command)
    {
        Model.Required = false;
        Method.AcceptOnlyFromAmong("lora", "full", "dpo");
        command.Add(File);
        foreach (Option option in (Option[])[Model, Valid, Replay, Method, Suffix, Seed, DataFolderOption.Create(), Resume, .. Hyperparameters.All])
            command.Add(option);
        command.Validators.Add(Check);
    }

    /// <summary>As the user chose it; null for what suits the model.</summary>
    public TuningMethod? MethodOf(CommandResult given) => given.GetValue(Method) is { } name ? Enum.Parse<TuningMethod>(name, ignoreCase: true) : null;

    public OtherFiles FilesOf(CommandResult given) => (given.IsGiven(Valid) ? OtherFiles.Validation : OtherFiles.None) | (given.IsGiven(Replay) ? OtherFiles.Replay : OtherFiles.None);

    void Check(CommandResult given)
    {
        bool hasFile = given.GetResult(File) is { Tokens.Count: > 0 };
        if (given.IsGiven(Resume))
        {
            Option? kept = ((Option[])[Model, Valid, Replay, Method, Suffix, Seed, .. Hyperparameters.All]).FirstOrDefault(given.IsGiven);
            if (hasFile || kept is not null)
                given.AddError(Text.Of($"A resumed job keeps what it began with. Leave {kept?.Name ?? "FILE"} out.", $"恢复的任务沿用开始时的设置。请去掉 {kept?.Name ?? "FILE"}。"));
            return;
        }

        if (!hasFile || !given.IsGiven(Model))
            given.AddError(Text.Of("FILE and --model are needed, or --resume JOB.", "需要 FILE 和 --model，或 --resume JOB。"));
        given.AddProblemOf(() =>
        {
            Hyperparameters chosen = Hyperparameters.Of(given);
            // Which model it is, and so what suits it, is not known yet.
            bool isOfPairs = chosen.Scale is not null || chosen.Dimensions is not null;
            chosen.Check(MethodOf(given) ?? (isOfPairs ? TuningMethod.Contrastive : TuningMethod.Lora), FilesOf(given));
            ModelIds.RequireSuffix(given.GetValue(Suffix));
        });
    }
}
