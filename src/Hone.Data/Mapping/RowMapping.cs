using System.Runtime.InteropServices;
using Hone.Data.Formats;
using Hone.Data.Pairs;
using Hone.Data.Quality;
using Hone.Data.Sources;
using Hone.Engine;

namespace Hone.Data.Mapping;

/// <summary>Turns the rows of a file into training lines: by templates that the user gave, or by what the columns are recognised as.</summary>
public sealed class RowMapping
{
    /// <summary>In the order in which they are tried.</summary>
    static readonly Func<ColumnSet, RowShape?>[] Shapes =
    [
        AsIsShape.Of,
        ConversationShape.Of,
        InstructionShape.Of,
        ColumnShapes.OfPreference,
        ColumnShapes.Of,
        UnnamedShapes.Of,
    ];

    readonly SourceFile _source;
    readonly RowShape _shape;
    readonly Template? _system;

    RowMapping(SourceFile source, RowShape shape, Template? system, DatasetKind kind)
    {
        (_source, _shape, _system, Kind) = (source, shape, system, kind);
        Unused = [.. source.Columns.Except(shape.Columns.Concat(system?.Columns ?? []).SelectMany(Outer))];
    }

    /// <summary>What the rows were recognised as, for people.</summary>
    public string Description => _shape.Description;

    /// <summary>What the lines are.</summary>
    public DatasetKind Kind { get; }

    /// <summary>Whether the rows are preferences, and the lines keep only the answer that is preferred.</summary>
    public bool LeavesOutRejected => _shape.Kind == DatasetKind.Preference && Kind != DatasetKind.Preference;

    /// <summary>Whether the rows are passed on as they are.</summary>
    public bool IsAsIs => _shape.IsAsIs && _shape.Kind == Kind && _system is null;

    /// <summary>The columns of the file that no line is made of.</summary>
    public IReadOnlyList<string> Unused { get; }

    /// <exception cref="HoneException">A template names a column that there is none of, or no columns are recognised.</exception>
    public static RowMapping Of(SourceFile source, MappingOptions? options = null) => Find(source, options) ?? throw Unknown(source);

    /// <summary>Null where no columns are recognised.</summary>
    /// <exception cref="HoneException">A template names a column that there is none of.</exception>
    public static RowMapping? Find(SourceFile source, MappingOptions? options = null)
    {
        options ??= new MappingOptions();
        var columns = ColumnSet.Of(source);
        if (options.HasTemplates)
        {
            var given = TemplateShape.Of(options);
            RequireColumns(given.Columns, columns);
            return new RowMapping(source, given, null, options.Kind ?? given.Kind);
        }

        RowShape? shape = Shapes.Select(recognise => recognise(columns)).FirstOrDefault(found => found is not null);
        if (shape is null)
            return null;
        Template? system = options.System is null ? null : Template.Parse(options.System);
        RequireColumns(system?.Columns ?? [], columns);
        DatasetKind own = system is not null && shape.Kind == DatasetKind.Completion ? DatasetKind.Chat : shape.Kind;
        return new RowMapping(source, shape, system, options.Kind ?? own);
    }

    /// <summary>The rows as training lines.</summary>
    /// <param name="empty">Counts what is empty in rows that are not passed on as they are.</param>
    /// <exception cref="HoneException">A row cannot be one: the message names it.</exception>
    public IEnumerable<JsonLine> Map(IEnumerable<JsonLine> rows, EmptyCells? empty = null) => IsAsIs ? rows.Select(Bounded) : MapEach(rows, empty ?? new EmptyCells());

    /// <summary>One row as a training line; null where it is left out.</summary>
    /// <inheritdoc cref="Map(IEnumerable{JsonLine}, EmptyCells?)"/>
    public JsonLine? Map(JsonLine row, EmptyCells empty)
    {
        ArgumentNullException.ThrowIfNull(empty);
        if (IsAsIs)
            return Bounded(row);
        try
        {
            DatasetLine line = _shape.Read(row);
            string[] columns = [.. _shape.Required.Where(column => string.IsNullOrWhiteSpace(Cells.Text(row.Value, column)))];
            if (!empty.Take(row.Line, columns, TrainingLine.HasAnswer(line)))
                return null;
            if (_system is not null)
                line = TrainingLine.WithSystem(line, _system.Render(row.Value));
            return Bounded(row with { Value = TrainingLine.ToJson(TrainingLine.To(line, Kind)) });
        }
        catch (HoneException problem)
        {
            throw _source.Named(problem);
        }
    }

    IEnumerable<JsonLine> MapEach(IEnumerable<JsonLine> rows, EmptyCells empty)
    {
        empty.Clear();
        int example = 0;
        foreach (JsonLine row in rows)
            if (Map(row, empty) is { } line)
                yield return line with { Example = ++example };
    }

    /// <summary>The line, which a reader of training lines must take.</summary>
    JsonLine Bounded(JsonLine line) =>
        JsonMarshal.GetRawUtf8Value(line.Value).Length <= LineBlock.LongestLine
            ? line
            : throw _source.Named(new HoneException(Text.Of(
                $"The row that begins in line {line.Line} makes an example of more than 16 MB, which training does not read. Shorten or split it.",
                $"从第 {line.Line} 行开始的数据会生成超过 16 MB 的样本，训练不会读取。请缩短或拆分。")));

    /// <summary>A column's name, and that of the column around it: of <c>api.name</c> both <c>api.name</c> and <c>api</c>.</summary>
    static IEnumerable<string> Outer(string column) => column.Contains('.', StringComparison.Ordinal) ? [column, column[..column.IndexOf('.', StringComparison.Ordinal)]] : [column];

    /// <exception cref="HoneException">A column is none of the file's: the message names those that are.</exception>
    public static void RequireColumns(SourceFile source, IReadOnlyList<string> used)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(used);
        if (used.Count > 0)
            RequireColumns(used, ColumnSet.Of(source));
    }

    internal static void RequireColumns(IEnumerable<string> used, ColumnSet columns)
    {
        foreach (string column in used)
            if (!columns.Has(column) && !columns.Sample.Any(row => Cells.Find(row.Value, column) is not null))
                throw new HoneException(Text.Of(
                    $"There is no column {column}. The columns are: {SourceNotes.List(columns.Names)}.",
                    $"没有列 {column}。现有的列：{SourceNotes.List(columns.Names)}。"));
    }

    /// <summary>What to tell the user where no columns are recognised.</summary>
    /// <param name="otherwise">What the user can do besides.</param>
    public static HoneException Unknown(SourceFile source, string otherwise = "")
    {
        IReadOnlyList<string> columns = source.Columns;
        if (columns.Count == 0)
            return new HoneException(Text.Of($"The rows of {source.Path} are empty: no training lines can be made of them.", $"{source.Path} 中的数据都是空的，无法生成训练样本。"));
        if (PairReader.TextsIn(columns) is not null)
            return Pairs(source, otherwise);
        // A single column is no prompt and its own answer.
        string prompt = columns.Count > 1 ? $"--prompt {ShellWord.Of($"{{{columns[0]}}}")} " : "";
        string example = $"{prompt}--completion {ShellWord.Of($"{{{columns[^1]}}}")}";
        return new HoneException(Text.Of(
            $"What the columns of {source.Path} mean is not clear: {SourceNotes.List(columns)}. Say it with templates, such as {example}{otherwise}",
            $"无法判断 {source.Path} 各列的含义：{SourceNotes.List(columns)}。请用模板说明，例如 {example}{otherwise}"));
    }

    static HoneException Pairs(SourceFile source, string otherwise)
    {
        string file = ShellWord.Of(source.Path);
        return new HoneException(Text.Of(
            $"{source.Path} holds pairs of texts for an embedding model, such as hone-embed, and no training lines. hone data check {file} --model hone-embed judges them{otherwise}",
            $"{source.Path} 含文本对，用于 hone-embed 等向量模型，不是训练样本。可用 hone data check {file} --model hone-embed 检查{otherwise}"));
    }
}
