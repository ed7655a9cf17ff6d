using Hone.Engine;

namespace Hone.Data.Prepare.Rules;

/// <summary>Completions begin with a space: most tokens of a word carry the space before it.</summary>
static class LeadingSpace
{
    public static Remedy? Check(Frame frame) =>
        frame.Completions.All(completion => completion.StartsWith(' '))
            ? null
            : new Remedy("completion_space_start")
            {
                Finding = Text.Of(
                    "Completions should begin with a space: the tokens of most words carry the space before them. Chinese words do not; there it does no harm.",
                    "补全应以一个空格开头：多数英文词的词元都带着前面的空格。中文没有这个问题，加上也无妨。"),
                Recommended = new Fix(
                    Text.Of("Add a space to the start of the completions that have none", "在没有空格的补全开头添加一个空格"),
                    it => it.WithCompletions(completion => completion.StartsWith(' ') ? completion : " " + completion)
                ),
            };
}
