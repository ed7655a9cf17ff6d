using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Data.Formats;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Models;
using Hone.Engine.Training;
using Hone.Server.Models;

namespace Hone.Cli.DataSets;

/// <summary><c>hone data preview FILE --model M</c>: what a model will read of a training file, and which tokens carry loss.</summary>
static class PreviewCommand
{
    public static Command Create()
    {
        Argument<string> file = new("FILE") { Description = Text.Of("Training file in JSON Lines", "JSON Lines 格式的训练文件") };
        Option<string> model = ModelArgument.CreateOption();
        Option<int> line = PositiveOption.Create("--line", Text.Of("First line to show", "从第几行开始显示"), 1);
        Option<int> count = PositiveOption.Create("--count", Text.Of("How many examples to show", "显示多少条样本"), 3);

        string description = Text.Of("Show the rendered text with its target tokens", "显示渲染后的文本和计入损失的词元");
        return new Command("preview", description) { file, model, line, count, DataFolderOption.Create() }.Does(
            (parse, output) =>
            {
                ModelRegistry registry = DataFolderOption.ModelsOf(parse);
                string folder = registry.BaseOf(registry.Find(parse.GetValue(model)!)).Folder;
                Preview preview = new(ChatEncoder.Load(folder), ContextOf(registry, folder), output);
                preview.Show(TrainingLines.Require(parse.GetValue(file)!), parse.GetValue(line), parse.GetValue(count));
            }
        );
    }


    /// <summary>The most tokens that the model takes; null where the folder holds a tokenizer alone, which is enough to show texts.</summary>
    static int? ContextOf(ModelRegistry registry, string path)
    {
        if (!File.Exists(Path.Combine(path, ModelFolder.ConfigFile)))
            return null;
        using ModelFolder folder = registry.OpenFolder(registry.Find(path));
        return folder.Config.MaxPositions;
    }
}

/// <summary>Shows examples as a model reads them.</summary>
/// <param name="context">The most tokens that the model takes; null where that is not known.</param>
sealed class Preview(ChatEncoder chat, int? context, Output output)
{
    public void Show(string path, int firstLine, int count)
    {
        DatasetKind kind = DatasetReader.KindOf(path);
        ExampleEncoder encoder = new(chat);
        if (kind != DatasetKind.Completion && chat.Template.IsDefault)
            output.Line(Text.Of("The model brings no chat template; Hone's default one is used.", "该模型没有对话模板，使用 Hone 的默认模板。"));

        int shown = 0;
        foreach (DatasetLine line in DatasetReader.Read(path).Where(line => line.Line >= firstLine).Take(count))
        {
            EncodedExample[] texts = encoder.EncodeAll(line);
            for (int i = 0; i < texts.Length; i++)
                Show(line.Line, texts[i], texts.Length == 1 ? null : i == 0 ? "preferred" : "non_preferred");
            shown++;
        }
        if (shown == 0)
            throw new HoneException(Text.Of($"{path} has no example from line {firstLine} on.", $"{path} 从第 {firstLine} 行起没有样本。"));
        output.Json(new JsonObject { ["kind"] = kind.ToString().ToLowerInvariant(), ["shown"] = shown });
    }

    void Show(int line, EncodedExample encoded, string? answer)
    {
        int tokens = encoded.Tokens.Count;
        int targets = encoded.ToExample(line).TargetCount;
        string which = answer is null ? "" : $" · {answer}";
        output.Line(Text.Of($"line {line}{which} · {Text.Counted(tokens, "token")} · {Text.Counted(targets, "target")}", $"第 {line} 行{which} · {tokens:N0} 个词元 · {targets:N0} 个计入损失"));
        if (tokens > context)
            output.Line(Text.Of($"This is longer than the model's context of {context:N0} tokens: training refuses it. Shorten or split it.", $"超过模型的上下文 {context:N0} 个词元：训练会拒绝。请缩短或拆分。"));
        output.Write(TargetMarks.Mark(Output.Harmless(encoded.Text), encoded, isColoured: output.TerminalWidth > 0) + '\n');
        output.Line();

        JsonObject record = new()
        {
            ["line"] = line,
            ["text"] = encoded.Text,
            ["marked"] = TargetMarks.Mark(encoded.Text, encoded, isColoured: false),
            ["tokens"] = tokens,
            ["targets"] = targets,
            ["fits"] = context is { } most ? tokens <= most : null,
        };
        if (answer is not null)
            record["answer"] = answer;
        output.Json(record);
    }
}

/// <summary>Shows which part of a text carries loss: by colour, or between ⟦ and ⟧; a weight other than 1 is written behind it.</summary>
static class TargetMarks
{
    const string Green = "\e[32m";
    const string Plain = "\e[0m";

    /// <param name="text">That of the example, character by character as it is to be shown.</param>
    public static string Mark(string text, EncodedExample encoded, bool isColoured)
    {
        (string open, string close) = isColoured ? (Green, Plain) : ("⟦", "⟧");
        foreach ((int start, int end, float weight) in encoded.TargetRanges.Reverse())
        {
            string factor = weight == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"×{weight}");
            text = text.Insert(end, close + factor).Insert(start, open);
        }
        return text;
    }
}
