using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Sources;
using Hone.Engine;

namespace Hone.Data.Prepare;

/// <summary>What a file is for the preparation: the rows as they are, or as prompts and completions made from other columns.</summary>
public static class PrepareSource
{
    static readonly string[] Finished = ["messages", "preferred_output"];

    /// <summary>Whether the file has both columns, in any case.</summary>
    public static bool HasColumns(SourceFile source) =>
        Frame.ColumnFor(Frame.Prompt, source.Columns) is not null && Frame.ColumnFor(Frame.Completion, source.Columns) is not null;

    /// <summary>The mapping of a file that is called text: each line is a completion without a prompt. Null for other files, which may hold more than their lines.</summary>
    public static RowMapping? OfText(SourceFile source) =>
        source.Format == "txt" && source.Path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) ? RowMapping.Of(source, new MappingOptions { Completion = $"{{{source.Columns[0]}}}" }) : null;

    /// <summary>Refuses files of conversations and preferences, whose roles tell prompt and answer apart.</summary>
    public static void RequireTexts(SourceFile source)
    {
        if (source.Columns.FirstOrDefault(Finished.Contains) is { } column)
            throw new HoneException(Text.Of(
                $"{source.Path} has `{column}`: conversations need no preparing, because their roles tell question and answer apart. Check the file with 'hone data check'.",
                $"{source.Path} 含有 `{column}`：对话由角色区分问与答，无需预处理。请用 'hone data check' 检查该文件。"));
        if (RowMapping.Find(source) is { Kind: DatasetKind.Preference })
            throw new HoneException(Text.Of(
                $"{source.Path} holds preferences: as prompts and completions they would lose every answer that is not preferred. Make a file to train on with 'hone data convert', or say with --prompt and --completion what you want of it.",
                $"{source.Path} 是偏好数据：变成提示与补全会丢掉所有不偏好的回答。请用 'hone data convert' 生成训练文件，或用 --prompt 和 --completion 指明需要的内容。"));
    }

    /// <summary>What has to be written anew before a model can train on it; null when the file is JSON Lines with the right columns.</summary>
    /// <param name="mapping">What the rows were made by; null when they are used as they are.</param>
    public static Remedy? Check(SourceFile source, RowMapping? mapping)
    {
        if (source.IsJsonLines && mapping is null)
            return null;
        string format = Name(source);
        return new Remedy("read_any_format")
        {
            Finding = source.IsJsonLines
                ? Text.Of("The columns are to become prompt and completion.", "需要把各列变成 prompt 和 completion。")
                : Text.Of($"Training reads JSON Lines in UTF-8; this file is {format}.", $"训练读取 UTF-8 的 JSON Lines；此文件为 {format}。"),
            Necessary = new Fix(
                source.IsJsonLines
                    ? Text.Of("Write the rows as prompt and completion", "把各行写成 prompt 和 completion")
                    : Text.Of($"Convert {format} to JSON Lines", $"把 {format} 转换为 JSON Lines"),
                frame => frame
            ),
        };
    }

    /// <summary>What a file is, for people: one whose name promises lines of JSON and that holds something else is JSON.</summary>
    static string Name(SourceFile source) => source.Format == "jsonl" ? "JSON" : source.Format.ToUpperInvariant();
}
