using Hone.Engine;

namespace Hone.Data.Prepare.Guides;

/// <summary>Says when there are fewer examples than generation needs: 500 with prompts, several thousand without.</summary>
static class GenerationSize
{
    const int FewWithPrompts = 500;
    const int FewWithout = 2000;

    public static Remedy? Check(Frame frame)
    {
        int count = frame.Rows.Count;
        return TaskKinds.Of(frame) switch
        {
            TaskKind.Conditional when count < FewWithPrompts => new Remedy("generation_size")
            {
                Finding = Text.Of($"Generation from a prompt needs about 500 good examples; there are {count}.", $"按提示生成大约需要 500 个高质量样本；现有 {count} 个。"),
            },
            TaskKind.OpenEnded when count < FewWithout => new Remedy("generation_size")
            {
                Finding = Text.Of($"Free writing needs several thousand examples; there are {count}.", $"自由写作需要几千个样本；现有 {count} 个。"),
            },
            _ => null,
        };
    }
}
