using Hone.Engine;

namespace Hone.Data.Prepare.Rules;

/// <summary>Finds 5 characters or more that every completion begins with and that carry no information.</summary>
static class CompletionPrefix
{
    const int Least = 5;

    public static Remedy? Check(Frame frame)
    {
        string prefix = CommonText.Prefix(frame.Completions);
        if (CommonText.Length(prefix) < Least || frame.Completions.All(completion => completion == prefix))
            return null;
        string finding = Text.Of($"All completions begin with {Shown.Quoted(prefix)}. The output alone is enough.", $"所有补全都以 {Shown.Quoted(prefix)} 开头。只写输出内容即可。");
        if (frame.Completions.Contains(prefix, StringComparer.Ordinal))
            return new Remedy("common_completion_prefix")
            {
                Finding = finding + Text.Of(" It stays, because one completion holds nothing else.", "但有的补全只有这一段，所以保留。"),
            };

        string kept = prefix.StartsWith(' ') ? " " : "";
        return new Remedy("common_completion_prefix")
        {
            Finding = finding,
            Recommended = new Fix(
                Text.Of($"Remove {Shown.Quoted(prefix)} from the start of all completions", $"从所有补全开头删除 {Shown.Quoted(prefix)}"),
                it => it.WithCompletions(completion => kept + completion[prefix.Length..])
            ),
        };
    }
}
