using Hone.Engine;

namespace Hone.Data.Prepare.Rules;

/// <summary>Looks for what ends every prompt, so that the model knows where the completion begins; recommends a separator where there is none.</summary>
static class PromptSuffix
{
    const string Arrow = " ->";
    const string LastResort = "\n\n### =>\n\n";
    const int Long = 10;

    static readonly string[] Separators = [Arrow, "\n\n###\n\n", "\n\n===\n\n", "\n\n---\n\n", "\n\n===>\n\n", "\n\n--->\n\n"];

    public static Remedy? Check(Frame frame)
    {
        if (TaskKinds.Of(frame) == TaskKind.OpenEnded)
            return null;
        string suffix = CommonText.Suffix(frame.Prompts);
        if (frame.Prompts.All(prompt => prompt == suffix))
            throw new HoneException(Text.Of(
                $"All prompts are the same: {Shown.Quoted(suffix)}. Leave the prompts empty if the model shall write freely; else give every example a prompt of its own.",
                $"所有提示都相同：{Shown.Quoted(suffix)}。如果希望模型自由写作，请让提示为空；否则请为每个样本写各自的提示。"));

        string separator = Separators.FirstOrDefault(candidate => IsFree(candidate, frame)) ?? LastResort;
        return suffix.Length > 0 ? Found(frame, suffix, separator) : Missing(separator);
    }

    /// <summary>No prompt contains it; an arrow on the same line fits only prompts of one line.</summary>
    static bool IsFree(string separator, Frame frame) =>
        !frame.Prompts.Any(prompt => prompt.Contains(separator, StringComparison.Ordinal) || (separator == Arrow && prompt.Contains('\n')));

    static Remedy Found(Frame frame, string suffix, string separator)
    {
        string finding = Text.Of($"All prompts end with {Shown.Quoted(suffix)}.", $"所有提示都以 {Shown.Quoted(suffix)} 结尾。");
        if (CommonText.Length(suffix) > Long)
            finding += Text.Of($" That is very long; a shorter separator such as {Shown.Quoted(separator)} would do.", $"这很长；更短的分隔符（如 {Shown.Quoted(separator)}）就够了。");
        if (frame.Prompts.Any(prompt => prompt.AsSpan(..^suffix.Length).Contains(suffix, StringComparison.Ordinal)))
            finding += Text.Of(" Warning: some prompts contain it earlier, too. Look at them and end the prompts with something unique.", "警告：有些提示在前面也包含它。请检查，并让提示以独有的文本结尾。");
        return new Remedy("common_prompt_suffix") { Finding = finding };
    }

    static Remedy Missing(string separator) =>
        new("common_prompt_suffix")
        {
            Finding = Text.Of(
                "The prompts have no common end. A separator behind every prompt tells the model where the completion begins. Leave the prompts empty if the model shall write freely.",
                "提示没有共同的结尾。每个提示后面的分隔符能告诉模型补全从哪里开始。如果希望模型自由写作，请让提示为空。"),
            Recommended = new Fix(
                Text.Of($"Add the separator {Shown.Quoted(separator)} to all prompts", $"在所有提示后添加分隔符 {Shown.Quoted(separator)}"),
                it => it.WithPrompts(prompt => prompt + separator)
            ),
        };
}
