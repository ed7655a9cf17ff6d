using Hone.Engine;

namespace Hone.Data.Prepare.Rules;

/// <summary>Finds what every prompt begins with; more than 12 characters are an instruction that a tuned model does not need.</summary>
static class PromptPrefix
{
    const int Long = 12;

    public static Remedy? Check(Frame frame)
    {
        string prefix = CommonText.Prefix(frame.Prompts);
        if (prefix.Length == 0 || frame.Prompts.All(prompt => prompt == prefix))
            return null;
        string finding = Text.Of($"All prompts begin with {Shown.Quoted(prefix)}.", $"所有提示都以 {Shown.Quoted(prefix)} 开头。");
        if (CommonText.Length(prefix) <= Long)
            return new Remedy("common_prompt_prefix") { Finding = finding };
        return new Remedy("common_prompt_prefix")
        {
            Finding = finding + Text.Of(
                " A tuned model needs neither the instruction nor examples in its prompt: what it shall work on is enough.",
                "微调后的模型不需要在提示里写指令或示例：只写要处理的内容即可。"),
            Recommended = new Fix(
                Text.Of($"Remove {Shown.Quoted(prefix)} from the start of all prompts", $"从所有提示开头删除 {Shown.Quoted(prefix)}"),
                it => it.WithPrompts(prompt => prompt[prefix.Length..])
            ),
        };
    }
}
