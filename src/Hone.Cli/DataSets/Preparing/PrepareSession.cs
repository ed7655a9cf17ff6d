using Hone.Data.Checks;
using Hone.Data.Prepare;
using Hone.Data.Prepare.Guides;
using Hone.Engine.Tokenizers;

namespace Hone.Cli.DataSets.Preparing;

/// <summary>One run of <c>hone data prepare</c>: what is wrong, what is changed, what is written, what comes next.</summary>
sealed class PrepareSession(Output output, Questions questions)
{
    static readonly int LeastExamples = new TrainingLimits(ContextTokens: 0).MinimumExamples;

    readonly PrepareScreen _screen = new(output, questions);

    /// <summary>The file that is read.</summary>
    public required string Path { get; init; }

    /// <summary>Where to write; null for beside the file.</summary>
    public string? Folder { get; init; }

    /// <summary>The model that will be trained, as the user wrote it; null when none was named.</summary>
    public string? Model { get; init; }

    /// <summary>Whether that is the built-in model, which learns with settings of its own.</summary>
    public bool IsBuiltIn { get; init; }

    public Tokenizer? Tokenizer { get; init; }

    /// <summary>Where an interruption is announced.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>What other commands need to find the data folder.</summary>
    public string DataOption { get; init; } = "";

    public uint Seed { get; init; } = TrainValidSplit.DefaultSeed;

    public void Run(Frame frame, Remedy? reading)
    {
        Preparation preparation = new(frame);
        if (!questions.AreAsked)
            output.Line(Text.Of("Nobody is asked: every question is answered with yes.", "不提问：所有问题都按“是”处理。"));
        if (reading is not null)
            preparation.Add(reading, _screen.Show);
        preparation.Diagnose([.. PrepareRules.InOrder, .. PrepareRules.Warnings], _screen.Show);
        _screen.Treat(preparation);
        IReadOnlyDictionary<string, string>? meanings = Advise(preparation);

        bool splits = TaskKinds.Of(preparation.Frame) == TaskKind.Classification
            && _screen.Recommend(Text.Of("Split the rows into a training and a validation set", "把数据拆分为训练集和验证集"));
        bool isNew = splits || preparation.HasChanged;
        if (isNew && !questions.Ask(Text.Of("The data goes into new files. Write them?", "数据将写入新文件。是否写入？")))
        {
            output.Line(Text.Of("Nothing was written.", "未写入任何文件。"));
            return;
        }

        TrainValidSplit? split = splits ? TrainValidSplit.Of(preparation.Frame, Seed) : null;
        PreparedFiles files = isNew ? PreparedFiles.For(Path, Folder, splits, meanings is not null) : new PreparedFiles(Path, null, null);
        if (isNew)
            Write(files, split, preparation.Frame, meanings);
        ShowWritten(files, split, isNew);
        int trainRows = split?.Train.Rows.Count ?? preparation.Frame.Rows.Count;
        if (trainRows < LeastExamples)
            output.Notice(Text.Of(
                $"Training needs at least {LeastExamples} examples; there {(trainRows == 1 ? "is" : "are")} {trainRows}.",
                $"训练至少需要 {LeastExamples} 个样本；现有 {trainRows} 个。"), progress: null);
        NextSteps next = new(preparation.Frame, files, meanings, Model, IsBuiltIn, DataOption);
        next.Show(output);
        output.Json(next.ToJson(isNew, questions.AreAsked, split?.Train.Rows.Count, split?.Valid.Rows.Count));
    }

    /// <summary>Ctrl-C leaves no part of a file.</summary>
    void Write(PreparedFiles files, TrainValidSplit? split, Frame frame, IReadOnlyDictionary<string, string>? meanings)
    {
        using Interrupt interrupt = new(Error);
        files.Write(split?.Train ?? frame, split?.Valid, meanings, interrupt.Token);
    }

    /// <summary>Says what the guides to fine-tuning advise, and offers classes of one token.</summary>
    /// <returns>The old names of classes by the new ones; null where they were not renamed.</returns>
    IReadOnlyDictionary<string, string>? Advise(Preparation preparation)
    {
        preparation.Diagnose(PrepareRules.Guides, _screen.Show);
        if (Tokenizer is null || ClassNames.Check(preparation.Frame, Tokenizer) is not { } renaming)
            return null;
        preparation.Add(renaming.Remedy, _screen.Show);
        bool isAccepted = renaming.Remedy.Recommended is { } fix && _screen.Offer(renaming.Remedy.Rule, fix, preparation);
        return isAccepted && renaming.Meanings.Count > 0 ? renaming.Meanings : null;
    }

    void ShowWritten(PreparedFiles files, TrainValidSplit? split, bool isNew)
    {
        output.Line();
        if (!isNew)
            output.Line(Text.Of("The file can be used as it is.", "文件可以直接使用。"));
        else if (split is null)
            output.Line(Text.Of($"Written: {files.Train}", $"已写入：{files.Train}"));
        else
            output.Line(Text.Of(
                $"Written: {files.Train} ({Text.Counted(split.Train.Rows.Count, "row")}) and {files.Valid} ({Text.Counted(split.Valid.Rows.Count, "row")}, drawn with seed {Seed})",
                $"已写入：{files.Train}（{split.Train.Rows.Count:N0} 行）和 {files.Valid}（{split.Valid.Rows.Count:N0} 行，种子 {Seed}）"));
    }
}
