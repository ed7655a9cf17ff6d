using Hone.Engine;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Generation;
using Hone.Engine.Models;
using Hone.Engine.Training;

namespace Hone.Data.Evaluation;

/// <summary>How often a model gives the answers of a test file: by the text it writes, and by the label it finds most probable.</summary>
public sealed class AnswerEvaluation
{
    const int MostLabels = 20;
    const int PromptsAtOnce = 32;

    readonly CausalModel _model;
    readonly ChatEncoder _encoder;
    readonly List<TestCase> _cases;

    public AnswerEvaluation(CausalModel model, ChatEncoder encoder, string testFile)
    {
        (_model, _encoder) = (model, encoder);
        _cases = TestCase.Read(testFile, encoder);
        string[] labels = [.. _cases.Select(test => test.Expected).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        // More answers than that, or one for every other question, are no classes.
        Labels = labels.Length is > 1 and <= MostLabels && labels.Length * 2 <= _cases.Count ? labels : [];
        RequireFitting();
    }

    public int Count => _cases.Count;

    /// <summary>The answers that occur, when there are few of them; else empty.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <param name="onAnswer">Is told the number of answers so far.</param>
    public IReadOnlyList<Answer> Run(Action<int>? onAnswer = null, CancellationToken cancel = default)
    {
        string[] texts = Write(onAnswer, cancel);
        string[] chosen = Choose(cancel);
        return [.. _cases.Select((test, i) => new Answer(test.Line, test.Expected, texts[i], Labels.Count > 0 ? chosen[i] : null))];
    }

    /// <summary>Refuses a question that leaves the context no room for every answer that is tried.</summary>
    void RequireFitting()
    {
        int context = _model.Config.MaxPositions;
        foreach (TestCase test in _cases)
        {
            int tokens = Labels.Append(test.Expected).Max(answer => test.With(answer).Ids.Length);
            if (tokens > context)
                throw new HoneException(Text.Of(
                    FormattableString.Invariant($"The example at line {test.Line} has {tokens:N0} tokens, more than the model's context of {context:N0}. Shorten or remove it."),
                    FormattableString.Invariant($"第 {test.Line} 行的样本有 {tokens:N0} 个词元，超过模型的上下文 {context:N0}。请缩短或删除。")));
        }
    }

    /// <summary>The text that the model writes most probably, word by word.</summary>
    string[] Write(Action<int>? onAnswer, CancellationToken cancel)
    {
        TextGenerator generator = new(_model, _encoder.Tokenizer, _encoder.EndIds);
        int longest = _cases.Max(test => _encoder.Tokenizer.Count(test.Expected, addSpecial: false));
        SamplingOptions options = SamplingOptions.Greedy with { MaxTokens = longest + 1 };
        List<string> texts = [];
        foreach (TestCase[] part in _cases.Chunk(PromptsAtOnce))
        {
            texts.AddRange(generator.Generate([.. part.Select(test => test.Prompt)], options, cancel: cancel).Select(choices => choices[0].Text));
            onAnswer?.Invoke(texts.Count);
        }

        return [.. texts];
    }

    /// <summary>The label whose tokens, the end included, are most probable together.</summary>
    string[] Choose(CancellationToken cancel)
    {
        ExampleScorer scorer = new(_model);
        double[][] scores = [.. Labels.Select(label => scorer.LogProbabilities([.. _cases.Select(test => test.With(label))], cancel))];
        return [.. _cases.Select((_, i) => Labels.Count == 0 ? "" : Labels[Enumerable.Range(0, Labels.Count).MaxBy(label => scores[label][i])])];
    }
}

/// <summary>What a model answered to one line of a test file.</summary>
/// <param name="Text">What it wrote.</param>
/// <param name="Label">The most probable label; null when the file has none.</param>
public sealed record Answer(int Line, string Expected, string Text, string? Label)
{
    /// <summary>Whether it wrote what was expected, but for spaces around it.</summary>
    public bool IsExact => Text.Trim() == Expected.Trim();

    public bool IsLabelRight => Label == Expected;
}
