using Hone.Data.Endpoints;
using Hone.Data.Quality.Similarity;
using Hone.Engine;

namespace Hone.Data.Labelling;

/// <summary>The classes that an answer may name, and how models write them: in other case, in quotes, with a full stop, behind <c>Label:</c> or behind their thoughts.</summary>
sealed class ClassNames
{
    /// <summary>Some servers leave a model's thoughts in its answer.</summary>
    const string EndOfThought = "</think>";

    readonly Dictionary<string, string> _byNormalName = new(StringComparer.Ordinal);

    /// <exception cref="HoneException">There are fewer than two, or two that cannot be told apart.</exception>
    public ClassNames(IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            string normal = NormalText.Of(name);
            if (normal.Length == 0 || !_byNormalName.TryAdd(normal, name))
                throw new HoneException(Text.Of($"The class '{name}' is empty or cannot be told from another one. Name each class once.", $"类别“{name}”为空，或与另一个类别无法区分。每个类别请只写一次。"));
        }
        if (names.Count == 1)
            throw new HoneException(Text.Of($"'{names[0]}' is the only class. Name at least two, separated by commas.", $"只有一个类别“{names[0]}”。请至少给出两个，用逗号分隔。"));
        All = names;
    }

    public IReadOnlyList<string> All { get; }

    /// <summary>What is added to a question so that the answer is one of them; in Chinese where the question or a class is.</summary>
    public string Instruction(string question) =>
        question.Concat(All.SelectMany(name => name)).Any(NormalText.IsChinese)
            ? $"只回答以下类别之一，不要输出其他内容：{string.Join("、", All)}"
            : $"Answer with exactly one of these, and nothing else: {string.Join(", ", All)}";

    public AnswerRule Rule(string question) => new(Find, Instruction(question));

    /// <summary>The class that an answer names; null where it names none, or says more.</summary>
    public string? Find(string answer)
    {
        string said = answer[(answer.LastIndexOf(EndOfThought, StringComparison.Ordinal) is >= 0 and int end ? end + EndOfThought.Length : 0)..];
        return _byNormalName.GetValueOrDefault(NormalText.Of(said))
            ?? (said.LastIndexOfAny([':', '：']) is >= 0 and int colon ? _byNormalName.GetValueOrDefault(NormalText.Of(said[(colon + 1)..])) : null);
    }
}
