using Hone.Engine;
using Hone.Engine.Tokenizers;
using Hone.Engine.Training;

namespace Hone.Data.Prepare.Guides;

/// <summary>New names of classes, each one token.</summary>
/// <param name="Remedy">What was found, and the change to the new names where some were found.</param>
/// <param name="Meanings">For each new name, as the model will write it but for spaces, the old one; empty when none has changed.</param>
public sealed record ClassRenaming(Remedy Remedy, IReadOnlyDictionary<string, string> Meanings);

/// <summary>
/// Whether each class is one token of a model, which makes answers cheap and their probability easy to read. Where one is not, the names without the space before them,
/// short names, numbers or letters are suggested, whichever comes first that is one token for every class. Many models have no token for a space and a number.
/// </summary>
public sealed class ClassNames
{
    const int MostListed = 5;
    const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    readonly Frame _frame;
    readonly CompletionEncoder _encoder;
    readonly string _ending;
    readonly string _space;
    readonly string[] _names;

    ClassNames(Frame frame, Tokenizer tokenizer)
    {
        _frame = frame;
        _encoder = new CompletionEncoder(tokenizer, endId: null);
        string[] completions = [.. frame.Different.Classes.Select(one => frame.Rows[one.First].Completion)];
        _space = completions.All(completion => completion.StartsWith(' ')) ? " " : "";
        _ending = CommonText.Ending(completions.Select(completion => completion[_space.Length..]));
        _names = [.. completions.Select(NameOf).Order(StringComparer.Ordinal)];
    }

    /// <summary>Null when the rows are no classification, or every class is one token already.</summary>
    public static ClassRenaming? Check(Frame frame, Tokenizer tokenizer) =>
        TaskKinds.Of(frame) == TaskKind.Classification ? new ClassNames(frame, tokenizer).Check() : null;

    ClassRenaming? Check()
    {
        string[] split = [.. _names.Where(name => !IsOneToken(name))];
        if (split.Length == 0)
            return null;
        string list = string.Join(Text.Of(", ", "、"), split.Take(MostListed).Select(Shown.Quoted)) + (split.Length > MostListed ? ", …" : "");
        string finding = Text.Of($"Classes of more than one token of the model: {split.Length} of {_names.Length}: {list}.", $"{_names.Length} 个类别中有 {split.Length} 个在该模型中不止一个词元：{list}。");
        if (NewNames() is not var (renamed, space))
            return new ClassRenaming(
                new Remedy("class_names") { Finding = finding + Text.Of(" No short names were found; choose some yourself.", "没有找到合适的短名称，请自行选择。") },
                new Dictionary<string, string>()
            );

        Dictionary<string, string> changes = _names.Zip(renamed).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        Fix fix = new(Describe(changes), it => it.WithCompletions(completion => space + changes[NameOf(completion)] + _ending));
        bool isRenamed = changes.Any(change => change.Key != change.Value);
        return new ClassRenaming(
            new Remedy("class_names") { Finding = finding, Recommended = fix },
            isRenamed ? changes.ToDictionary(change => change.Value, change => change.Key, StringComparer.Ordinal) : new Dictionary<string, string>()
        );
    }

    static string Describe(IEnumerable<KeyValuePair<string, string>> changes)
    {
        KeyValuePair<string, string>[] renamed = [.. changes.Where(change => change.Key != change.Value)];
        if (renamed.Length == 0)
            return Text.Of("Take the space before the classes away: without it they are one token", "去掉类别前的空格：去掉后它们各是一个词元");
        string pairs = string.Join(Text.Of(", ", "、"), renamed.Take(MostListed).Select(change => $"{Shown.Quoted(change.Key)} → {Shown.Quoted(change.Value)}")) + (renamed.Length > MostListed ? ", …" : "");
        return Text.Of($"Give the classes names of one token: {pairs}", $"给类别起单个词元的名称：{pairs}");
    }

    string NameOf(string completion) => completion[_space.Length..^_ending.Length];

    /// <summary>Names of one token each, and what stands before them; null when none are found.</summary>
    (string[] Names, string Space)? NewNames()
    {
        string[] shortened = [.. _names.Select(name => IsOneToken(name) ? name : FirstToken(name))];
        string[] numbers = [.. Enumerable.Range(0, _names.Length).Select(number => FormattableString.Invariant($"{number}"))];
        string[] letters = [.. Letters.Select(letter => letter.ToString()).Where(IsOneToken).Take(_names.Length)];
        foreach ((string[] names, string space) in new[] { (_names, ""), (shortened, _space), (numbers, _space), (numbers, ""), (letters, _space) })
        {
            bool areDistinct = names.Length == _names.Length && names.Distinct(StringComparer.Ordinal).Count() == names.Length;
            if (areDistinct && names.All(name => name.Any(char.IsLetterOrDigit) && IsOneToken(name, space)))
                return (names, space);
        }
        return null;
    }

    /// <summary>The characters of a name that its first token ends in; empty where that is a space alone.</summary>
    string FirstToken(string name)
    {
        int length = Targets(name, _space).First().End - _frame.Rows[0].Prompt.Length - _space.Length;
        return name[..Math.Clamp(length, 0, name.Length)];
    }

    bool IsOneToken(string name) => IsOneToken(name, _space);

    bool IsOneToken(string name, string space) => Targets(name, space).Count() == 1;

    /// <summary>The tokens of a class behind a prompt.</summary>
    IEnumerable<TokenSpan> Targets(string name, string space)
    {
        EncodedExample encoded = _encoder.Encode(_frame.Rows[0].Prompt, space + name);
        return encoded.Tokens.Where((_, i) => encoded.Weights[i] > 0);
    }
}
