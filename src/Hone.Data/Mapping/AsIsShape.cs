using Hone.Data.Formats;

namespace Hone.Data.Mapping;

/// <summary>Rows that are training lines already: messages, prompt and completion, or preferences in OpenAI's format.</summary>
sealed class AsIsShape(DatasetKind kind, IReadOnlyList<string> columns) : RowShape
{
    static readonly string[] Chat = ["messages", "tools", "functions", "parallel_tool_calls"];
    static readonly string[] Completion = ["prompt", "completion"];
    static readonly string[] Preference = ["input", "preferred_output", "non_preferred_output"];

    public override string Description => DatasetReader.Name(kind);

    public override DatasetKind Kind => kind;

    public override IReadOnlyList<string> Columns => columns;

    public override bool IsAsIs => true;

    public override DatasetLine Read(JsonLine row) => DatasetReader.ReadLine(row.Value, kind, new LineReport(row.Example, row.Line, take: null))!;

    public static RowShape? Of(ColumnSet columns)
    {
        bool IsOnly(string[] allowed) => columns.Names.All(allowed.Contains);
        if (columns.Has("messages") && IsOnly(Chat) && columns.KindOf("messages") == System.Text.Json.JsonValueKind.Array)
            return new AsIsShape(DatasetKind.Chat, columns.Names);
        if (columns.Has("prompt") && columns.Has("completion") && IsOnly(Completion))
            return new AsIsShape(DatasetKind.Completion, columns.Names);
        return columns.Has("preferred_output") && IsOnly(Preference) ? new AsIsShape(DatasetKind.Preference, columns.Names) : null;
    }
}
