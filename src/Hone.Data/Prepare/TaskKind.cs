using Hone.Engine;

namespace Hone.Data.Prepare;

/// <summary>What a model is to learn from prompts and completions.</summary>
public enum TaskKind
{
    /// <summary>The prompts are empty: the model learns to write.</summary>
    OpenEnded,

    /// <summary>There are few different completions.</summary>
    Classification,

    /// <summary>Every prompt has a completion of its own.</summary>
    Conditional,
}

/// <summary>Tells what the rows of a frame are for.</summary>
public static class TaskKinds
{
    public static TaskKind Of(Frame frame) =>
        frame.Prompts.All(prompt => prompt.Length == 0) ? TaskKind.OpenEnded
        : frame.Different.AreClasses ? TaskKind.Classification
        : TaskKind.Conditional;

    public static string Name(this TaskKind kind) =>
        kind switch
        {
            TaskKind.OpenEnded => Text.Of("open-ended generation", "开放式生成"),
            TaskKind.Classification => Text.Of("classification", "分类"),
            _ => Text.Of("conditional generation", "条件生成"),
        };
}
