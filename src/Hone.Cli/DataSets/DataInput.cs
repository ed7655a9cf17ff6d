using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Pairs;
using Hone.Data.Quality;
using Hone.Data.Sources;

namespace Hone.Cli.DataSets;

/// <summary>What every <c>hone data</c> command is told about the file it reads: where it is, how to read it, and what its columns mean.</summary>
sealed class DataInput
{
    public Argument<string> File { get; } = new Argument<string>("FILE")
    {
        Description = Text.Of("CSV, TSV, XLSX, JSON, JSONL, YAML or text; also .gz", "CSV、TSV、XLSX、JSON、JSONL、YAML 或文本，可为 .gz"),
    }.NotEmpty();

    readonly Option<string?> _format = Create("--format", "NAME", "Format of the file, where its name misleads", "文件格式，用于文件名不能说明时");
    readonly Option<string?> _encoding = Create("--encoding", "NAME", "Encoding of the text, such as gb18030 or big5 (default: detected)", "文本编码，如 gb18030、big5（默认自动检测）");
    readonly Option<string?> _sheet = Create("--sheet", "NAME", "Sheet of a workbook, or list of a JSON file", "工作簿的工作表，或 JSON 文件中的列表");
    readonly Option<string?> _separator = Create("--separator", "C", "Separator of a CSV file (default: detected)", "CSV 的分隔符（默认自动检测）");
    readonly Option<bool> _header = new("--header") { Description = Text.Of("The first row names the columns", "首行是列名") };
    readonly Option<bool> _noHeader = new("--no-header") { Description = Text.Of("The first row is data", "首行是数据") };
    readonly Option<string?> _prompt = Create("--prompt", "TEXT", "Prompt, with columns in braces: \"Q: {question}\\nA:\"", "提示，列写在花括号中：\"问：{问题}\\n答：\"");
    readonly Option<string?> _completion = Create("--completion", "TEXT", "Completion, likewise", "补全，写法同上");
    readonly Option<string?> _system = Create("--system", "TEXT", "System message of every example", "每个样本的 system 消息");
    readonly Option<string?> _user = Create("--user", "TEXT", "User message, likewise", "user 消息，写法同上");
    readonly Option<string?> _assistant = Create("--assistant", "TEXT", "Assistant message, likewise", "assistant 消息，写法同上");
    readonly Option<string?> _preferred = Create("--preferred", "TEXT", "Preferred answer, likewise", "偏好的回答，写法同上");
    readonly Option<string?> _nonPreferred = Create("--non-preferred", "TEXT", "The answer that is not preferred, likewise", "不偏好的回答，写法同上");

    readonly Option<bool> _asIs = new("--as-is") { Description = Text.Of("Write the rows with all their columns, not as training lines", "保留各行的所有列，不转换为训练样本") };

    /// <summary>Whether rows with an empty cell that is used are left out of what <see cref="Rows"/> gives.</summary>
    public Option<bool> SkipEmpty { get; } = SkipEmptyOption();

    /// <summary>Adds the file and the options of reading it; with <paramref name="hasMapping"/> those of what its columns mean too.</summary>
    public Command AddTo(Command command, bool hasMapping = true)
    {
        command.Add(File);
        AddReadingTo(command);
        if (!hasMapping)
            return command;
        foreach (Option option in Mapping)
            command.Add(option);
        command.Validators.Add(CheckTemplates);
        return command;
    }

    /// <summary>Adds the options of reading alone, for a command that names its files itself.</summary>
    public void AddReadingTo(Command command)
    {
        _format.AcceptOnlyFromAmong([.. SourceFile.FormatNames]);
        foreach (Option option in Reading)
            command.Add(option);
        command.Validators.Add(given =>
        {
            if (given.IsGiven(_header) && given.IsGiven(_noHeader))
                given.AddError(Text.Of("Give --header or --no-header, not both.", "--header 和 --no-header 只能给出一个。"));
        });
    }

    /// <summary>Whether a file has rows, by the format that the user or its name gives, and is no plain text.</summary>
    public bool IsTable(ParseResult parse, string path) =>
        (parse.GetValue(_format) ?? SourceFile.FormatOfName(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path)) is not (null or "txt");

    /// <summary>Whether the user said how to read the file, or what its columns mean.</summary>
    public bool HasOptions(ParseResult parse) => Reading.Concat(Mapping).Any(parse.CommandResult.IsGiven);

    /// <summary>Opens the file and says what was detected.</summary>
    /// <param name="leavesOutBadRows">Whether rows that cannot be read are no error.</param>
    public SourceFile Open(ParseResult parse, Output output, bool leavesOutBadRows = false)
    {
        SourceFile source = Open(parse, parse.GetRequiredValue(File), output, leavesOutBadRows);
        RequireUse(parse, [source]);
        return source;
    }

    /// <summary>Opens another file in the same way.</summary>
    /// <inheritdoc cref="Open(ParseResult, Output, bool)"/>
    public SourceFile Open(ParseResult parse, string path, Output output, bool leavesOutBadRows = false)
    {
        var source = SourceFile.Open(path, new SourceOptions
        {
            Format = parse.GetValue(_format),
            Encoding = parse.GetValue(_encoding),
            Sheet = parse.GetValue(_sheet),
            Separator = parse.GetValue(_separator) is "\\t" or "tab" ? "\t" : parse.GetValue(_separator),
            HasHeader = parse.GetValue(_header) ? true : parse.GetValue(_noHeader) ? false : null,
            LeavesOutBadRows = leavesOutBadRows,
        });
        output.Line($"{path}{Text.Of(": ", "：")}{source.Format}{Text.Of(", ", "，")}{string.Join(Text.Of("; ", "；"), source.Notes)}");
        output.Json(new JsonObject
        {
            ["file"] = path,
            ["format"] = source.Format,
            ["columns"] = new JsonArray([.. source.Columns.Select(column => (JsonNode)column)]),
            ["notes"] = new JsonArray([.. source.Notes.Select(note => (JsonNode)note)]),
        });
        return source;
    }

    /// <summary>Refuses what the user said about reading where no file is read so.</summary>
    public void RequireUse(ParseResult parse, IReadOnlyList<SourceFile> sources)
    {
        bool IsAny(params string[] formats) => sources.Any(source => formats.Contains(source.Format));
        foreach ((Option option, bool isUsed, string purpose) in ((Option, bool, string)[])
        [
            (_sheet, sources.Any(source => source.Sheets.Count > 0), Text.Of("workbooks, and JSON or YAML that holds named lists", "工作簿，以及含有命名列表的 JSON 或 YAML")),
            (_separator, IsAny("csv", "tsv"), Text.Of("CSV and TSV", "CSV 和 TSV")),
            (_header, IsAny("csv", "tsv", "xlsx"), Text.Of("tables", "表格")),
            (_noHeader, IsAny("csv", "tsv", "xlsx"), Text.Of("tables", "表格")),
            (_encoding, sources.Any(source => source.Format != "xlsx"), Text.Of("text, which a workbook is not", "文本文件，工作簿不是文本")),
        ])
            if (parse.CommandResult.IsGiven(option) && !isUsed)
                throw new HoneException(Text.Of(
                    $"{sources[0].Path} was read as {sources[0].Format}, and {option.Name} is for {purpose}. Leave it out, or name the format with --format.",
                    $"{sources[0].Path} 按 {sources[0].Format} 读取，而 {option.Name} 用于{purpose}。请去掉它，或用 --format 指定格式。"));
    }

    /// <summary>The command line of another <c>hone data</c> command with the same file, read in the same way.</summary>
    public string CommandLineOf(string command, ParseResult parse)
    {
        List<string> words = ["hone", "data", command, ShellWord.Of(parse.GetRequiredValue(File))];
        foreach (Option option in Reading.Concat(Mapping).Where(parse.CommandResult.IsGiven))
        {
            words.Add(option.Name);
            if (option is Option<string?> text)
                words.Add(ShellWord.Of(parse.GetValue(text) ?? ""));
        }
        return string.Join(' ', words);
    }

    /// <summary>Whether the user said what the columns mean.</summary>
    public bool HasTemplates(ParseResult parse) => ((Option<string?>[])[_prompt, _completion, _system, _user, _assistant, _preferred, _nonPreferred]).Any(option => parse.GetValue(option) is not null);

    /// <summary>What the columns mean, as given or as recognised, which is said.</summary>
    public RowMapping Map(ParseResult parse, SourceFile source, Output output, DatasetKind? kind = null)
    {
        var mapping = RowMapping.Of(source, OptionsOf(parse.CommandResult, kind));
        Say(mapping, source, output, []);
        return mapping;
    }

    /// <summary>The rows with the training lines that they become. Columns that mean nothing known are no error where rows keep them.</summary>
    /// <param name="columns">Columns that the command uses besides.</param>
    /// <param name="keepsAll">As <c>--as-is</c> does.</param>
    /// <param name="keepsUnknown">Whether rows are kept as they are, which is said, where nobody knows what the columns mean.</param>
    /// <exception cref="HoneException">There is no such column, or nobody knows what the columns mean.</exception>
    public MappedRows Rows(ParseResult parse, SourceFile source, Output output, IReadOnlyList<string>? columns = null, bool keepsAll = false, bool keepsUnknown = false)
    {
        RowMapping.RequireColumns(source, columns ?? []);
        bool keepsColumns = keepsAll || parse.GetValue(_asIs);
        RowMapping? mapping = RowMapping.Find(source, OptionsOf(parse.CommandResult, null));
        if (mapping is not null)
            Say(mapping, source, output, keepsColumns ? source.Columns : columns ?? []);
        else if (!keepsColumns && source.Format == "jsonl" && PairReader.TextsIn(source.Columns) is not null)
        {
            keepsColumns = true;
            output.Notice(Text.Of($"{source.Path}: rows are pairs of texts for an embedding model, and are kept as they are", $"{source.Path}：各行是用于向量模型的文本对，按原样保留"), null);
        }
        else if (!keepsColumns && keepsUnknown && source.Columns.Count > 0)
        {
            keepsColumns = true;
            output.Notice(Text.Of($"{source.Path}: rows are no training lines, and are kept as they are, with all their columns", $"{source.Path}：各行不是训练样本，按原样保留所有列"), null);
        }
        else if (!keepsColumns)
            throw RowMapping.Unknown(source, Text.Of("; or keep the columns with --as-is.", "；或用 --as-is 保留各列。"));
        return new MappedRows(source.Read, mapping, keepsColumns) { Empty = new EmptyCells { AreSkipped = parse.GetValue(SkipEmpty) } };
    }

    /// <summary>Adds what <see cref="Rows"/> is told: whether rows keep all their columns, and whether incomplete ones are left out.</summary>
    public void AddRowsTo(Command command)
    {
        command.Add(_asIs);
        command.Add(SkipEmpty);
    }

    /// <summary>Refuses templates that no file goes with.</summary>
    void CheckTemplates(CommandResult given)
    {
        try
        {
            OptionsOf(given, kind: null).Check();
        }
        catch (HoneException problem)
        {
            given.AddError(problem.Message);
        }
    }

    MappingOptions OptionsOf(CommandResult given, DatasetKind? kind) =>
        new()
        {
            Prompt = given.GetValue(_prompt),
            Completion = given.GetValue(_completion),
            System = given.GetValue(_system),
            User = given.GetValue(_user),
            Assistant = given.GetValue(_assistant),
            Preferred = given.GetValue(_preferred),
            NonPreferred = given.GetValue(_nonPreferred),
            Kind = kind,
        };

    /// <param name="columns">Columns that are used, though not for training lines.</param>
    static void Say(RowMapping mapping, SourceFile source, Output output, IReadOnlyList<string> columns)
    {
        IReadOnlyList<string> unused = [.. mapping.Unused.Except(columns)];
        output.Line(Text.Of($"{source.Path}: rows read as {mapping.Description}", $"{source.Path}：各行识别为 {mapping.Description}"));
        if (unused.Count > 0)
            output.Line(Text.Of($"{source.Path}: not used: {SourceNotes.List(unused)}", $"{source.Path}：未使用 {SourceNotes.List(unused)}"));
        output.Json(new JsonObject
        {
            ["file"] = source.Path,
            ["recognised"] = mapping.Description,
            ["kind"] = mapping.Kind.ToString().ToLowerInvariant(),
            ["unused"] = new JsonArray([.. unused.Select(column => (JsonNode)column)]),
        });
    }

    /// <summary>The options that tables are read with, apart from their format.</summary>
    public IReadOnlyList<Option> HowTablesAreRead => [_encoding, _sheet, _separator, _header, _noHeader];

    Option[] Reading => [_format, .. HowTablesAreRead];

    Option[] Mapping => [_prompt, _completion, _system, _user, _assistant, _preferred, _nonPreferred];

    static Option<string?> Create(string name, string value, string english, string chinese) => new(name) { Description = Text.Of(english, chinese), HelpName = value };

    public static Option<bool> SkipEmptyOption() => new("--skip-empty") { Description = Text.Of("Leave out rows with an empty cell that is used", "略去所用单元格为空的行") };
}
