using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Mapping;

/// <summary>Tables whose columns say by their names what is asked and what is answered.</summary>
static class ColumnShapes
{
    /// <summary>Which columns make the prompt, each by the names it goes by, and which one the answer. <c>Optional</c> ones may be absent.</summary>
    sealed record Pattern(string English, string Chinese, Part[] Prompt, string[] Answer);

    sealed record Part(bool IsOptional, params string[] Names);

    static readonly string[] Answers = ["answer", "answers", "response", "reply", "答案", "回答", "回复", "答"];

    static readonly Pattern[] Patterns =
    [
        new("prompt and completion", "提示与补全", [new(false, "prompt")], ["completion"]),
        new("title, question and answer", "标题、提问与回答", [new(true, "title", "标题"), new(false, "ask", "提问")], Answers),
        new("question and answer", "问题与答案", [new(true, "context", "background", "背景", "上下文"), new(false, "question", "questions", "query", "问题", "提问", "问")], Answers),
        new("prompt and response", "提示与回答", [new(false, "prompt", "提示")], ["response", "answer", "output", "回答", "答案"]),
        new("user and assistant", "用户与助手", [new(false, "user", "用户")], ["assistant", "助手"]),
        new("recipe", "菜谱", [new(false, "菜名", "name", "title", "dish", "recipe"), new(false, "材料", "食材", "原料", "配料", "ingredients")], ["步骤", "做法", "制作步骤", "directions", "instructions", "steps", "method"]),
        new("text and summary", "文本与摘要", [new(false, "dialogue", "article", "document", "text", "content", "原文", "正文", "文章", "内容")], ["summary", "highlights", "摘要", "总结"]),
        new(
            "text and label",
            "文本与标签",
            [new(true, "title", "标题"), new(false, "text", "review", "sentence", "utterance", "tweet", "comment", "content", "message", "description", "文本", "评论", "评价", "句子", "内容", "正文")],
            ["label_desc", "label_name", "label", "intent", "sentiment", "category", "class", "标签", "意图", "情感", "类别", "分类"]
        ),
        new("input and output", "输入与输出", [new(false, "input", "source", "输入", "原文")], ["output", "target", "输出", "译文"]),
    ];

    public static RowShape? Of(ColumnSet columns) => Patterns.Select(pattern => Of(pattern, columns)).FirstOrDefault(shape => shape is not null);

    public static RowShape? OfPreference(ColumnSet columns)
    {
        if (columns.Find("prompt", "question", "instruction", "问题", "提示") is not { } prompt || columns.Find("chosen") is not { } chosen || columns.Find("rejected") is not { } rejected)
            return null;
        return new TemplateShape(Text.Of("preferences", "偏好"), Template.OfColumns([prompt]), Template.OfColumns([chosen]), DatasetKind.Preference) { NonPreferred = Template.OfColumns([rejected]) };
    }

    static TemplateShape? Of(Pattern pattern, ColumnSet columns)
    {
        if (columns.Find(pattern.Answer) is not { } answer)
            return null;
        List<string> prompt = [];
        List<string> optional = [];
        foreach (Part part in pattern.Prompt)
        {
            if (columns.Find(part.Names) is { } column)
            {
                prompt.Add(column);
                if (part.IsOptional)
                    optional.Add(column);
            }
            else if (!part.IsOptional)
                return null;
        }

        DatasetKind kind = pattern.Answer is ["completion"] ? DatasetKind.Completion : DatasetKind.Chat;
        var template = Template.OfColumns(prompt);
        return new TemplateShape(Text.Of(pattern.English, pattern.Chinese), template, Template.OfColumns([answer]), kind) { Optional = optional };
    }
}
