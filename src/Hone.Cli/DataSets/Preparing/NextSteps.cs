using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Cli.FineTuning;
using Hone.Data.Prepare;
using Hone.Data.Quality;

namespace Hone.Cli.DataSets.Preparing;

/// <summary>What to do with prepared data: the commands that train and measure, and how to ask the tuned model.</summary>
/// <param name="frame">All of the data, as it was written.</param>
/// <param name="files">Where it stands.</param>
/// <param name="meanings">For each new class name the old one; null where there are none.</param>
/// <param name="model">The model that was named; null when none was.</param>
/// <param name="isBuiltIn">Whether that is the built-in model.</param>
/// <param name="dataOption">What other commands need to find the data folder.</param>
sealed class NextSteps(Frame frame, PreparedFiles files, IReadOnlyDictionary<string, string>? meanings, string? model, bool isBuiltIn, string dataOption)
{
    const int MostClasses = 12;

    static readonly JsonSerializerOptions Readable = new() { Encoder = ReadableJson.Encoder };

    readonly string _separator = CommonText.Suffix(frame.Rows.Select(row => row.Prompt));
    readonly string _stop = CommonText.Ending(frame.Rows.Select(row => row.Completion));
    readonly TaskKind _task = TaskKinds.Of(frame);

    string Model => model is null ? "MODEL" : ShellWord.Of(model);

    string Train => $"hone finetune {ShellWord.Of(files.Train)} --model {Model}{(files.Valid is null ? "" : $" --valid {ShellWord.Of(files.Valid)}")}{(isBuiltIn ? BuiltInTraining.FinetuneOptions : "")}{dataOption}";

    public void Show(Output output)
    {
        output.Line(Text.Of("Train on it:", "用它训练："));
        output.Line($"  {Train}");
        output.Line(Text.Of("How many tokens it has and how long the training takes on this machine:", "查看词元数和在本机训练所需的时间："));
        output.Line($"  hone data check {ShellWord.Of(files.Train)} --model {Model}{(isBuiltIn ? BuiltInTraining.CheckOptions : "")}{dataOption}");
        if (files.Valid is { } valid)
        {
            output.Line(Text.Of("How often the tuned model is right on the examples that were kept out:", "微调后的模型在留出样本上的正确率："));
            output.Line($"  hone eval ft:… {ShellWord.Of(valid)}{dataOption}");
        }
        ShowClasses(output);
        ShowCall(output);
    }

    /// <summary>The last record for programs.</summary>
    public JsonObject ToJson(bool isWritten, bool wasAsked, int? trainRows, int? validRows) =>
        new()
        {
            ["rows"] = frame.Rows.Count,
            ["task"] = _task switch { TaskKind.OpenEnded => "open-ended generation", TaskKind.Classification => "classification", _ => "conditional generation" },
            ["separator"] = _separator,
            ["stop"] = _stop,
            ["written"] = isWritten,
            ["asked"] = wasAsked,
            ["train_file"] = files.Train,
            ["train_rows"] = trainRows ?? frame.Rows.Count,
            ["valid_file"] = files.Valid,
            ["valid_rows"] = validRows,
            ["classes_file"] = files.Classes,
            ["classes"] = _task == TaskKind.Classification ? frame.Different.Count : null,
            ["positive_class"] = PositiveClass,
            ["command"] = Train,
        };

    /// <summary>Of two classes the one with more rows, of equal ones the first.</summary>
    string? PositiveClass
    {
        get
        {
            if (_task != TaskKind.Classification)
                return null;
            IReadOnlyList<CompletionClass> classes = frame.Different.Classes;
            return classes.Count == 2 ? NameOf(classes.MaxBy(one => one.Rows)) : null;
        }
    }

    string NameOf(CompletionClass one) => frame.Rows[one.First].Completion;

    void ShowClasses(Output output)
    {
        if (_task != TaskKind.Classification)
            return;
        IReadOnlyList<CompletionClass> classes = frame.Different.Classes;
        string list = string.Join(Text.Of(", ", "、"), classes.OrderByDescending(one => one.Rows).Take(MostClasses).Select(one => $"{Shown.Quoted(NameOf(one))} {one.Rows}")) + (classes.Count > MostClasses ? ", …" : "");
        output.Line(Text.Of($"Classes ({classes.Count}): {list}", $"类别（{classes.Count} 个）：{list}"));
        if (meanings is null)
            return;
        string pairs = string.Join(Text.Of(", ", "、"), meanings.Take(MostClasses).Select(pair => $"{Shown.Quoted(pair.Key)} = {Shown.Quoted(pair.Value)}")) + (meanings.Count > MostClasses ? ", …" : "");
        output.Line(Text.Of($"What the model writes, and what it means (in {files.Classes}): {pairs}", $"模型的输出及其含义（见 {files.Classes}）：{pairs}"));
    }

    void ShowCall(Output output)
    {
        if (_separator.Length > 0)
            output.Line(Text.Of(
                $"Ask the tuned model as in the examples: its prompt must end with {Shown.Quoted(_separator)}, or it may go on with the question in place of the answer.",
                $"调用微调后的模型时，提示要与样本一致，以 {Shown.Quoted(_separator)} 结尾，否则模型可能续写问题而不是回答。"));
        if (_stop.Length > 0)
            output.Line(Text.Of($"Let it stop at {Shown.Quoted(_stop)}, where the examples end.", $"让它在 {Shown.Quoted(_stop)}（样本的结尾）处停止。"));
        JsonObject request = new() { ["model"] = "ft:…", ["prompt"] = "…" + _separator, ["temperature"] = 0 };
        if (_stop.Length > 0)
            request["stop"] = new JsonArray(_stop);
        output.Line($"  POST /v1/completions {request.ToJsonString(Readable)}");
    }
}
