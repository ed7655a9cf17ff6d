using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using Hone.Data.Augmentation;
using Hone.Data.Augmentation.Words;
using Hone.Data.Endpoints;
using Hone.Data.Mapping;
using Hone.Data.Sources;

namespace Hone.Cli.DataSets;

/// <summary><c>hone data augment FILE</c>: more training examples by wording their prompts otherwise.</summary>
sealed class AugmentCommand
{
    static readonly string[] Methods = [.. AugmentSettings.LocalMethods, .. AugmentSettings.AskingMethods];

    readonly DataInput _input = new();
    readonly DataOutput _target = new("_augmented");
    readonly EndpointOptions _endpoint = new(isRequired: false);
    readonly Option<string> _methods = new("--methods") { Description = Text.Of("In turn, separated by commas; the last two ask a model", "轮流使用的方法，用逗号分隔；最后两种需要模型"), HelpName = string.Join(',', Methods), DefaultValueFactory = _ => "synonym" };
    readonly Option<int> _times = PositiveOption.Create("--times", Text.Of("New examples for each one", "每个样本增加几个"), 1);
    readonly Option<double> _share = new Option<double>("--share") { Description = Text.Of("How many of its words change", "改动的词所占比例"), HelpName = "N", DefaultValueFactory = _ => AugmentSettings.DefaultShare }
        .WithoutComma()
        .Within(value => value is > 0 and <= 1, Text.Of("--share must be more than 0, and at most 1.", "--share 必须大于 0，且不超过 1。"));
    readonly Option<string?> _synonyms = new("--synonyms") { Description = Text.Of("Your own table: a group per line, its words separated by tabs (default: a small one of each language)", "自己的同义词表：每行一组，用制表符分隔（默认：内置的中英文小词表）"), HelpName = "FILE.tsv" };
    readonly Option<string[]> _only = new("--only") { Description = Text.Of("Only examples with this answer; may be given several times", "只增强回答为此值的样本，可多次给出"), HelpName = "ANSWER" };
    readonly Option<string[]> _heldOut = new("--held-out") { Description = Text.Of("Validation or test file whose prompts must not be augmented or made; the parts of a split are found by themselves", "验证或测试文件，其中的提示不能被增强或生成；同一划分的文件会自动识别"), HelpName = "FILE" };
    readonly Option<bool> _training = new("--training") { Description = Text.Of("FILE is for training, whatever its name", "无论名称如何，FILE 都用于训练") };
    readonly Option<ulong> _seed = new("--seed") { Description = Text.Of("Another number, other words", "随机种子，不同则改法不同"), HelpName = "N", DefaultValueFactory = _ => AugmentSettings.DefaultSeed };

    public static Command Create() => new AugmentCommand().CreateCommand();

    Command CreateCommand()
    {
        Command command = _input.AddTo(new Command("augment", Text.Of("Add training examples that are worded otherwise", "用不同的措辞增加训练样本")));
        foreach (Option option in new Option[] { _methods, _times, _share, _synonyms, _only, _heldOut, _training, _seed })
            command.Add(option);
        _endpoint.AddTo(command);
        _target.AddTo(command);
        command.Add(_input.SkipEmpty);
        command.Validators.Add(Check);
        return command.Does(Run);
    }

    void Check(CommandResult given)
    {
        if (!given.IsGiven(_methods))
            return;
        string[] methods = MethodsOf(given);
        if (methods.FirstOrDefault(method => !Methods.Contains(method)) is { } unknown)
            given.AddError(Text.Of($"There is no method '{unknown}'. Name some of {string.Join(", ", Methods)}.", $"没有方法“{unknown}”。可用的有 {string.Join("、", Methods)}。"));
        else if (methods.Length == 0)
            given.AddError(Text.Of("--methods must not be empty.", "--methods 不能为空。"));
        else if (methods.FirstOrDefault(AugmentSettings.AskingMethods.Contains) is { } asking && !_endpoint.IsGiven(given))
            given.AddError(Text.Of($"{asking} asks a model: name it with --endpoint and --model.", $"{asking} 需要模型：请用 --endpoint 和 --model 指定。"));
    }

    string[] MethodsOf(SymbolResult given) => [.. (given.GetValue(_methods) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct()];

    void Run(ParseResult parse, Output output, CancellationToken cancel)
    {
        HeldOut.RequireTraining(parse.GetRequiredValue(_input.File), parse.GetValue(_training));
        SourceFile source = _input.Open(parse, output);
        MappedRows rows = _input.Rows(parse, source, output);
        string path = _target.PathOf(parse, source);
        string origins = _target.Free(parse, HeldOut.OriginsOf(path), source, path);
        string[] heldOut = [.. HeldOut.PartsBeside(source.Path), .. parse.GetValue(_heldOut) ?? []];
        RequireOther(source.Path, heldOut);
        AugmentSettings settings = SettingsOf(parse);
        Augmenter augmenter = new(rows, settings, heldOut, cancel);
        if (heldOut.Length > 0)
            output.Line(Text.Of($"Kept out: the prompts of {string.Join(", ", heldOut)}", $"排除以下文件中的提示：{string.Join("、", heldOut)}"));

        AugmentResult result;
        EndpointSettings? endpoint = settings.Methods.Any(AugmentSettings.AskingMethods.Contains) ? _endpoint.Settings(parse) : null;
        if (endpoint is null)
            result = augmenter.Write(path, origins, null, cancel);
        else
            result = Ask(parse, augmenter, endpoint, path, origins, output, cancel);
        Report(result, path, origins, rows, output);
    }

    AugmentResult Ask(ParseResult parse, Augmenter augmenter, EndpointSettings endpoint, string path, string origins, Output output, CancellationToken cancel)
    {
        using EndpointSession session = new(parse, _endpoint, endpoint, path + ".journal", output);
        session.Ask(augmenter.CountQuestions(), () => augmenter.AskAsync(session.Run, cancel));
        AugmentResult result = augmenter.Write(path, origins, session.Run, cancel);
        (string spent, JsonObject json) = session.Spent();
        output.Line(spent);
        output.Json(json);
        session.Forget();
        return result;
    }

    AugmentSettings SettingsOf(ParseResult parse) =>
        new()
        {
            Methods = MethodsOf(parse.CommandResult),
            Times = parse.GetValue(_times),
            Share = parse.GetValue(_share),
            Seed = parse.GetValue(_seed),
            Synonyms = parse.GetValue(_synonyms) is { } file ? SynonymTable.Read(file) : SynonymTable.BuiltIn,
            Answers = parse.GetValue(_only) ?? [],
            MaxTokens = _endpoint.MaxTokens(parse),
            Temperature = _endpoint.Temperature(parse),
        };

    static void RequireOther(string path, string[] heldOut)
    {
        if (heldOut.FirstOrDefault(file => Path.GetFullPath(file) == Path.GetFullPath(path)) is { } same)
            throw new HoneException(Text.Of($"{same} is named as held out: it is never augmented.", $"{same} 被指定为排除文件：不能增强。"));
    }

    static void Report(AugmentResult result, string path, string origins, MappedRows rows, Output output)
    {
        foreach (string sentence in rows.Empty.Sentences())
            output.Notice(sentence, null);
        string methods = string.Join(", ", result.Added.Select(method => $"{method.Key} {method.Value:N0}"));
        int added = result.Added.Values.Sum();
        output.Line(Text.Of($"{path}: {Text.Counted(result.Originals, "example")} and {Text.Counted(added, "new one")} ({methods})", $"{path}：{result.Originals:N0} 个样本，新增 {added:N0} 个（{methods}）"));
        output.Line(Text.Of($"{origins}: which lines are new, and what they were made of", $"{origins}：哪些行是新增的，由哪一行得到"));
        foreach ((int count, string reason) in new[]
        {
            (result.Unchanged, Text.Of("could not be worded otherwise", "无法换用其他措辞")),
            (result.WithoutPrompt, Text.Of("have no prompt in plain text", "没有纯文本的提示")),
            (result.HeldOut, Text.Of("are in held-out data", "出现在排除的数据中")),
            (result.NotChosen, Text.Of("have another answer", "回答不在所选之列")),
        })
            if (count > 0)
                output.Line(Text.Of($"{Text.Counted(count, "example was left alone", "examples were left alone")}: they {reason}.", $"{count:N0} 个样本未增强：{reason}。"));
        output.Json(new JsonObject
        {
            ["path"] = Path.GetFullPath(path),
            ["origins"] = Path.GetFullPath(origins),
            ["examples"] = result.Originals,
            ["added"] = added,
            ["methods"] = new JsonObject(result.Added.Select(method => KeyValuePair.Create(method.Key, (JsonNode?)method.Value))),
            ["unchanged"] = result.Unchanged,
            ["without_prompt"] = result.WithoutPrompt,
            ["held_out"] = result.HeldOut,
            ["not_chosen"] = result.NotChosen,
        });
    }
}
