using Hone.Engine;

namespace Hone.Data.Prepare.Rules;

/// <summary>Says when the rows look like a classification.</summary>
static class TaskFound
{
    public static Remedy? Check(Frame frame) =>
        TaskKinds.Of(frame) != TaskKind.Classification
            ? null
            : new Remedy("format_inferrer")
            {
                Finding = Text.Of(
                    "The data looks like a classification. A small model is often enough for that, and it is faster. Keep some examples out of the training: they tell how good the model is.",
                    "数据看起来是分类任务。小模型往往就够用，而且更快。请留出一部分样本不参与训练，用来衡量模型的好坏。"),
            };
}
