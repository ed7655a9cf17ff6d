using Hone.Engine;

namespace Hone.Data.Prepare.Rules;

/// <summary>Looks for what ends every completion, where generation stops; recommends an ending where there is none. Classes and free writing need none.</summary>
static class CompletionSuffix
{
    const string LastResort = " [END]";
    const int Long = 10;

    static readonly string[] Endings = ["\n", ".", " END", "***", "+++", "&&&", "$$$", "@@@", "%%%"];

    public static Remedy? Check(Frame frame)
    {
        if (TaskKinds.Of(frame) != TaskKind.Conditional)
            return null;
        string suffix = CommonText.Suffix(frame.Completions);
        if (frame.Completions.All(completion => completion == suffix))
            throw new HoneException(Text.Of(
                $"All completions are the same: {Shown.Quoted(suffix)}. The model would only repeat it. Give the prompts different completions.",
                $"所有补全都相同：{Shown.Quoted(suffix)}。模型只会重复它。请为提示写不同的补全。"));

        string ending = Endings.FirstOrDefault(candidate => !frame.Completions.Any(completion => completion.Contains(candidate, StringComparison.Ordinal))) ?? LastResort;
        return suffix.Length > 0 ? Found(frame, suffix, ending) : Missing(ending);
    }

    static Remedy Found(Frame frame, string suffix, string ending)
    {
        string finding = Text.Of($"All completions end with {Shown.Quoted(suffix)}.", $"所有补全都以 {Shown.Quoted(suffix)} 结尾。");
        if (CommonText.Length(suffix) > Long)
            finding += Text.Of($" That is very long; a shorter ending such as {Shown.Quoted(ending)} would do.", $"这很长；更短的结尾（如 {Shown.Quoted(ending)}）就够了。");
        if (frame.Completions.Any(completion => completion.AsSpan(..^suffix.Length).Contains(suffix, StringComparison.Ordinal)))
            finding += Text.Of(" Warning: some completions contain it earlier, too, and would be cut there. Look at them and use a unique ending.", "警告：有些补全在前面也包含它，会在那里被截断。请检查，并使用独有的结尾。");
        return new Remedy("common_completion_suffix") { Finding = finding };
    }

    static Remedy Missing(string ending) =>
        new("common_completion_suffix")
        {
            Finding = Text.Of(
                "The completions have no common end. One makes clear to the model, and to whoever calls it, where the text is over.",
                "补全没有共同的结尾。有了它，模型和调用者都清楚文本在哪里结束。"),
            Recommended = new Fix(
                Text.Of($"Add the ending {Shown.Quoted(ending)} to all completions", $"在所有补全后添加结尾 {Shown.Quoted(ending)}"),
                it => it.WithCompletions(completion => completion + ending)
            ),
        };
}
