using System.CommandLine;
using Hone.Cli.DataSets.Preparing;
using Hone.Cli.FineTuning;
using Hone.Cli.Tokenizers;
using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Prepare;
using Hone.Data.Sources;
using Hone.Engine.Tokenizers;
using Hone.Server.Models;

namespace Hone.Cli.DataSets;

/// <summary><c>hone data prepare FILE</c>: prompts and completions as the former OpenAI command of that name made them, and more than it advised.</summary>
static class PrepareCommand
{
    public static Command Create()
    {
        DataInput input = new();
        Option<bool> quiet = new("--quiet", "-q") { Description = Text.Of("Answer yes to every question; so does --json", "对所有问题回答“是”；--json 也如此") };
        Option<string?> model = new("--model", "-m")
        {
            Description = Text.Of("The model to be trained, or an encoding such as cl100k_base: classes should be one token of it", "要训练的模型，或 cl100k_base 等编码：类别名最好是其中的一个词元"),
            HelpName = "MODEL|ENCODING",
        };
        Option<string> folder = new Option<string>("--output", "-o") { Description = Text.Of("Folder to write to (default: that of FILE)", "输出文件夹（默认：FILE 所在文件夹）"), HelpName = "DIR" }.NotEmpty().ToFile();
        Option<long> seed = new Option<long>("--seed")
        {
            Description = Text.Of("Draws the rows to train on; 42 draws those that the former command drew", "抽取训练样本的种子；42 与原工具抽取的相同"),
            HelpName = "N",
            DefaultValueFactory = _ => TrainValidSplit.DefaultSeed,
        }.Within(value => value is >= 0 and <= uint.MaxValue, Text.Of($"--seed must be from 0 to {uint.MaxValue}.", $"--seed 须在 0 到 {uint.MaxValue} 之间。"));

        Command command = input.AddTo(new Command("prepare", Text.Of("Make prompts and completions fit for training, step by step", "逐步整理提示与补全，使其适合训练")));
        foreach (Option option in (Option[])[quiet, model, folder, seed, DataFolderOption.Create()])
            command.Add(option);
        return command.Does((parse, output) =>
        {
            string? name = parse.GetValue(model);
            PrepareSession session = new(output, new Questions(output, saysYes: parse.GetValue(quiet) || output.IsJson))
            {
                Path = parse.GetRequiredValue(input.File),
                Error = parse.InvocationConfiguration.Error,
                Folder = parse.GetValue(folder),
                Model = name is null || Tokenizer.TiktokenEncodings.Contains(name) ? null : name,
                Tokenizer = name is null ? null : EncodingOption.Load(name, parse),
                IsBuiltIn = name is not null && IsBuiltIn(name, DataFolderOption.ModelsOf(parse)),
                DataOption = DataFolderOption.ToWrite(DataFolderOption.Of(parse)),
                Seed = (uint)parse.GetValue(seed),
            };
            SourceFile source = input.Open(parse, output);
            RowMapping? mapping = MappingOf(source, input, parse, output);
            IEnumerable<JsonLine> rows = mapping?.Map(source.Read()) ?? source.Read();
            using Frame frame = FrameReader.Read(rows);
            session.Run(frame, PrepareSource.Check(source, mapping));
        });
    }

    static bool IsBuiltIn(string model, ModelRegistry models) => !Tokenizer.TiktokenEncodings.Contains(model) && !File.Exists(model) && BuiltInTraining.IsFor(models, models.Find(model));

    /// <summary>How the rows become prompts and completions; null where they are that already.</summary>
    static RowMapping? MappingOf(SourceFile source, DataInput input, ParseResult parse, Output output)
    {
        if (input.HasTemplates(parse))
            return input.Map(parse, source, output, DatasetKind.Completion);
        PrepareSource.RequireTexts(source);
        return PrepareSource.HasColumns(source) ? null : PrepareSource.OfText(source) ?? input.Map(parse, source, output, DatasetKind.Completion);
    }
}
