using System.CommandLine;
using Hone.Data.Checks;
using Hone.Engine.Tokenizers;
using Hone.Server.FineTuning;

namespace Hone.Cli.DataSets;

/// <summary>The arguments of <c>hone data check</c>.</summary>
sealed class CheckArguments
{
    public DataInput Input { get; } = new();

    public Option<string> Model { get; } = new Option<string>("--model", "-m")
    {
        Description = Text.Of("Model to train: its template, tokenizer and context decide, and time and memory are measured", "要训练的模型：以它的模板、分词器和上下文为准，并实测时间和内存"),
        HelpName = "MODEL",
    }.NotEmpty();

    public Option<string> Method { get; } = new("--method") { Description = Text.Of("How it is to be trained (lora, or dpo for preferences)", "训练方法（默认 lora，偏好数据为 dpo）"), HelpName = "lora|full|dpo" };

    public Option<int?> Epochs { get; } = PositiveOption.CreateOptional("--epochs", Text.Of("Passes over the examples", "训练轮数"), most: 50);

    public Option<int?> BatchSize { get; } = PositiveOption.CreateOptional("--batch-size", Text.Of("Examples per step, for the time", "每步样本数，用于估计时间"), most: 256);

    public Option<int?> MaxTokens { get; } = PositiveOption.CreateOptional("--max-tokens", Text.Of("Refuse a file with more tokens", "拒绝词元数更多的文件"));

    public Option<string> TokenEncoding { get; } = new("--token-encoding")
    {
        Description = Text.Of("Counts tokens as OpenAI's models do", "按 OpenAI 模型的方式统计词元"),
        HelpName = "ENCODING",
        DefaultValueFactory = _ => CheckOptions.PublishedEncoding,
    };

    public Option<int> Limit { get; } = PositiveOption.Create("--limit", Text.Of("Tokens of an example above which is warned", "样本超过多少词元时警告"), CheckOptions.PublishedLimit);

    public Option<int> Show { get; } = PositiveOption.Create("--show", Text.Of("Findings of a kind that are listed; all are counted", "每类问题列出多少条；全部都会计数"), 5);

    public Option<bool> NoTokens { get; } = new("--no-tokens") { Description = Text.Of("Count no tokens: faster", "不统计词元：更快") };

    public Option<bool> NoMeasure { get; } = new("--no-measure") { Description = Text.Of("Do not try out how long training takes", "不实测训练时间") };

    public Option<bool> Validation { get; } = new("--validation") { Description = Text.Of("The file is to judge by: one example is enough", "该文件用于验证：一个样本即可") };

    public Option<string> Fix { get; } = new Option<string>("--fix") { Description = Text.Of("Write the training lines without errors: the others are left out", "写出没有错误的训练样本，略去其余"), HelpName = "OUT" }.NotEmpty().ToFile();

    public Option<bool> Force { get; } = DataOutput.CreateForce();

    public Option<string> Report { get; } = new Option<string>("--report") { Description = Text.Of("Also write the report as a page; its folder is made where there is none", "另存为网页报告；文件夹不存在时会创建"), HelpName = "FILE.html" }.NotEmpty().ToFile();

    public void AddTo(Command command)
    {
        Method.AcceptOnlyFromAmong("lora", "full", "dpo");
        TokenEncoding.AcceptOnlyFromAmong([.. Tokenizer.TiktokenEncodings]);
        Input.AddTo(command);
        foreach (Option option in (Option[])[Model, Method, Epochs, BatchSize, MaxTokens, TokenEncoding, Limit, Show, NoTokens, NoMeasure, Validation, Fix, Force, Report, DataFolderOption.Create()])
            command.Add(option);
        command.Validators.Add(given =>
        {
            if (!given.IsGiven(Model) && ((Option[])[Method, BatchSize, MaxTokens, NoMeasure]).FirstOrDefault(given.IsGiven) is { } ofModel)
                given.AddError(Text.Of($"{ofModel.Name} needs --model.", $"{ofModel.Name} 需要 --model。"));
        });
    }

    public TuningMethod? MethodOf(ParseResult parse) => parse.GetValue(Method) is { } name ? Enum.Parse<TuningMethod>(name, ignoreCase: true) : null;
}
