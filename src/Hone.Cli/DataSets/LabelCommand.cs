using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using Hone.Data.Labelling;
using Hone.Data.Sources;

namespace Hone.Cli.DataSets;

/// <summary><c>hone data label FILE --endpoint URL --model M</c>: a stronger model answers or labels the rows.</summary>
sealed class LabelCommand
{
    readonly DataInput _input = new();
    readonly DataOutput _target = new("_labelled");
    readonly EndpointOptions _endpoint = new(isRequired: true);
    readonly Option<string?> _prompt = TextOption("--prompt", Text.Of("What to ask, with columns in braces: 'Classify: {text}' (default: the row's messages or prompt)", "要问的内容，列写在花括号中：'分类：{text}'（默认：该行的 messages 或 prompt）"));
    readonly Option<string?> _system = TextOption("--system", Text.Of("System message of every question, likewise", "每个问题的 system 消息，写法同上"));
    readonly Option<string?> _writtenPrompt = TextOption("--write-prompt", Text.Of("User message of the training example, where it is not what was asked", "训练样本的 user 消息，与所问不同时给出"));
    readonly Option<string?> _writtenSystem = TextOption("--write-system", Text.Of("System message of the training example; '' for none", "训练样本的 system 消息；'' 表示不要"));
    readonly Option<string[]> _classes = new("--classes") { Description = Text.Of("The only answers that are taken, separated by commas", "只接受的回答，用逗号分隔"), HelpName = "A,B,C" };
    readonly Option<bool> _constrain = new("--constrain") { Description = Text.Of("Let the endpoint give no other answers, by a JSON schema", "用 JSON schema 让端点只能给出这些回答") };
    readonly Option<string?> _column = new Option<string?>("--column") { Description = Text.Of("Add the answer as a column, in place of making training examples", "把回答作为一列加入，而不是生成训练样本"), HelpName = "NAME" }
        .Within(name => name is not "", Text.Of("--column must not be empty.", "--column 不能为空。"));
    readonly Option<bool> _again = new("--again") { Description = Text.Of("Ask about rows too that have a value in that column", "该列已有值的行也重新询问") };

    public static Command Create() => new LabelCommand().CreateCommand();

    Command CreateCommand()
    {
        Command command = _input.AddTo(new Command("label", Text.Of("Let a stronger model answer or label the rows", "用更强的模型回答或标注数据")), hasMapping: false);
        foreach (Option option in new Option[] { _prompt, _system, _classes, _constrain, _column, _again, _writtenPrompt, _writtenSystem })
            command.Add(option);
        _endpoint.AddTo(command);
        _target.AddTo(command);
        command.Validators.Add(Check);
        return command.Does(Run);
    }

    void Check(CommandResult given)
    {
        if (given.GetValue(_constrain) && !given.IsGiven(_classes))
            given.AddError(Text.Of("--constrain needs --classes.", "--constrain 需要 --classes。"));
        if (given.GetValue(_again) && given.GetValue(_column) is null)
            given.AddError(Text.Of("--again needs --column.", "--again 需要 --column。"));
        if (given.GetValue(_column) is not null && (given.GetValue(_writtenPrompt) ?? given.GetValue(_writtenSystem)) is not null)
            given.AddError(Text.Of("--write-prompt and --write-system are for training examples. Leave --column out.", "--write-prompt 和 --write-system 用于训练样本。请去掉 --column。"));
    }

    void Run(ParseResult parse, Output output, CancellationToken cancel)
    {
        SourceFile source = _input.Open(parse, output);
        string path = _target.PathOf(parse, source);
        Labeller labeller = new(source, SettingsOf(parse));
        (int rows, int questions) = labeller.Count();
        output.Line(Text.Of($"{Text.Counted(rows, "row")}, {Text.Counted(questions, "question")}", $"{rows:N0} 行，{questions:N0} 个问题"));

        using EndpointSession session = new(parse, _endpoint, _endpoint.Settings(parse)!, path + ".journal", output);
        session.Ask(questions, () => labeller.AskAsync(session.Run, cancel));
        LabelResult result = labeller.Write(path, session.Run, cancel);
        if (result.UnlabelledCount == 0)
            session.Forget();
        Report(result, path, session, output);
    }

    LabelSettings SettingsOf(ParseResult parse) =>
        new()
        {
            Prompt = parse.GetValue(_prompt),
            System = parse.GetValue(_system),
            WrittenPrompt = parse.GetValue(_writtenPrompt),
            WrittenSystem = parse.GetValue(_writtenSystem),
            Classes = [.. (parse.GetValue(_classes) ?? []).SelectMany(names => names.Split([',', '，'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
            IsConstrained = parse.GetValue(_constrain),
            Column = parse.GetValue(_column),
            AsksAgain = parse.GetValue(_again),
            MaxTokens = _endpoint.MaxTokens(parse),
            Temperature = _endpoint.Temperature(parse),
        };

    static void Report(LabelResult result, string path, EndpointSession session, Output output)
    {
        output.Line(Text.Of($"{path}: {Text.Counted(result.Labelled, "row")} labelled", $"{path}：已标注 {result.Labelled:N0} 行"));
        if (result.Kept > 0)
            output.Line(Text.Of($"{Text.Counted(result.Kept, "row")} had a value already and kept it.", $"{result.Kept:N0} 行已有值，保持不变。"));
        if (result.UnlabelledCount > 0)
            output.Line(Text.Of(
                $"{Text.Counted(result.UnlabelledCount, "row stays", "rows stay")} without a label. The same command with --force asks about them again, and about no others:",
                $"{result.UnlabelledCount:N0} 行未能标注。加上 --force 重新运行同一命令，会只对它们再次询问："));
        foreach ((int line, string reason) in result.Unlabelled)
            output.Line(Text.Of($"  line {line}: {reason}", $"  第 {line} 行：{reason}"));
        if (result.UnlabelledCount > result.Unlabelled.Count)
            output.Line("  …");
        (string spent, JsonObject json) = session.Spent();
        output.Line(spent);
        json["path"] = Path.GetFullPath(path);
        json["labelled"] = result.Labelled;
        json["kept"] = result.Kept;
        json["unlabelled"] = result.UnlabelledCount;
        json["answered"] = session.Run.Answered;
        output.Json(json);
    }

    static Option<string?> TextOption(string name, string description) => new(name) { Description = description, HelpName = "TEXT" };
}
