using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Sufficiency;

/// <summary>A training file of fewer examples than the guides to fine-tuning advise: whatever they are like, they are too few.</summary>
sealed class FewExamples(FileProfile profile) : QualityCheck
{
    /// <summary>The former preparation tool, and OpenAI's guide as the upper end of what a first trial needs.</summary>
    const int Enough = 100;

    public override IEnumerable<QualityFinding> Conclude()
    {
        int rows = profile.RowsOf(DataPart.Train);
        if (rows >= Enough)
            yield break;
        yield return new QualityFinding(
            "few_examples",
            QualityArea.Sufficiency,
            Text.Of(Invariant($"The training file has {Text.Counted(rows, "example")}; {Enough} are where fine-tuning begins to show."), Invariant($"训练文件只有 {rows} 个样本；约 {Enough} 个起微调才会见效。")),
            Text.Of(
                "Collect or write more; a few hundred are better. 'hone data augment' varies those you have, 'hone data label' lets a stronger model answer questions that you have without answers.",
                "请收集或撰写更多样本，最好几百个。'hone data augment' 可改写已有样本，'hone data label' 可让更强的模型回答尚无答案的问题。")
        )
        {
            Examples = Enough - rows,
            Of = Enough,
            Weight = 30,
        };
    }
}
