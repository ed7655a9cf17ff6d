using System.Text.Json;
using Hone.Data.Augmentation.Changes;
using Hone.Data.Augmentation.Words;
using Hone.Data.Endpoints;
using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Prepare;
using Hone.Data.Quality;
using Hone.Data.Quality.Similarity;
using Hone.Engine;

namespace Hone.Data.Augmentation;

/// <summary>
/// Adds examples whose prompts are worded otherwise; answers and everything else stay. What all prompts begin and end with is left alone, and no prompt is made
/// that is there already or held out.
/// </summary>
public sealed class Augmenter
{
    const int Sampled = 1000;
    const int FewestForFrame = 3;
    const int LongestLabel = 100;
    const int Attempts = 4;

    readonly MappedRows _rows;
    readonly AugmentSettings _settings;
    readonly Wording _wording;
    readonly ITextChange[] _changes;
    readonly string _prefix = "";
    readonly string _suffix = "";
    readonly HashSet<ulong> _heldOut = [];
    readonly HashSet<ulong> _taken = [];

    /// <param name="heldOut">Files whose prompts must not be augmented or made.</param>
    public Augmenter(MappedRows rows, AugmentSettings settings, IEnumerable<string> heldOut, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(heldOut);
        (_rows, _settings) = (rows, settings);
        _wording = new Wording(settings.Synonyms);
        _changes = [new SynonymChange(settings.Synonyms), new SwapChange(), new DeletionChange()];
        foreach (string path in heldOut)
            HeldOut.AddPrompts(path, _heldOut);

        List<string> prompts = [];
        foreach (MappedRow row in rows.Read())
        {
            cancel.ThrowIfCancellationRequested();
            _taken.Add(HashOf(row.ToSample()));
            if (prompts.Count < Sampled && PromptText.Find(row.Value) is { } prompt)
                prompts.Add(prompt);
        }
        if (prompts.Count >= FewestForFrame)
            (_prefix, _suffix) = (CommonText.Prefix(prompts), CommonText.Suffix(prompts));
    }

    /// <summary>How many texts a model is asked to word otherwise.</summary>
    public int CountQuestions() => Questions().Count();

    /// <summary>Asks for every text that a model is to word otherwise: for the answers, and where they are translations, for the way back.</summary>
    public async Task AskAsync(QuestionRun run, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(run);
        await run.AskAsync(Questions().Select(asked => asked.Way.First(asked.Text, asked.Variant, _settings.MaxTokens, _settings.Temperature)), cancel);
        await run.AskAsync(Questions().Select(asked => Second(asked, run)).OfType<(ChatQuestion, AnswerRule)>(), cancel);
    }

    /// <summary>Writes every example followed by those made of it, and beside them which ones those are. Both files appear together.</summary>
    /// <param name="run">Has the answers of the model; null where none is asked.</param>
    /// <exception cref="HoneException">Nothing could be added.</exception>
    public AugmentResult Write(string path, string originsPath, QuestionRun? run, CancellationToken cancel)
    {
        Dictionary<string, int> added = [];
        int[] counts = new int[Enum.GetValues<Fate>().Length];
        HashSet<ulong> taken = [.. _taken, .. _heldOut];
        using JsonLinesWriter writer = new(path);
        using JsonLinesWriter origins = new(originsPath);
        int index = 0;
        foreach (MappedRow row in _rows.Read())
        {
            cancel.ThrowIfCancellationRequested();
            writer.Write(row.Value);
            Fate fate = FateOf(row);
            if (fate == Fate.Augmented)
            {
                long before = writer.Count;
                foreach ((string method, JsonElement line) in Variants(row, index, run, taken))
                {
                    writer.Write(line);
                    origins.Write(JsonSerializer.SerializeToElement(new { line = writer.Count, source_line = row.Source.Line, method }));
                    added[method] = added.GetValueOrDefault(method) + 1;
                }
                fate = writer.Count == before ? Fate.Unchanged : fate;
            }
            counts[(int)fate]++;
            index++;
        }
        if (added.Count == 0)
            throw new HoneException(Text.Of(
                $"Nothing could be worded otherwise in {Text.Counted(index, "example")}. Try other --methods, or bring a table of your own with --synonyms.",
                $"{index} 个样本都无法改写。请换用其他 --methods，或用 --synonyms 提供自己的词表。"));
        RowWriter.KeepAll([writer, origins]);
        return new AugmentResult(index, added, counts[(int)Fate.Unchanged], counts[(int)Fate.WithoutPrompt], counts[(int)Fate.HeldOut], counts[(int)Fate.NotChosen]);
    }

    enum Fate
    {
        Augmented,
        Unchanged,
        WithoutPrompt,
        HeldOut,
        NotChosen,
    }

    /// <summary>A text that a model is asked about.</summary>
    sealed record AskedText(Rewriting Way, string Text, int Variant);

    Fate FateOf(MappedRow row)
    {
        Sample sample = row.ToSample();
        if (_settings.Answers.Count > 0 && !_settings.Answers.Contains(sample.Answer.Trim()))
            return Fate.NotChosen;
        if (PromptText.Find(row.Value) is null)
            return Fate.WithoutPrompt;
        return _heldOut.Contains(HashOf(sample)) ? Fate.HeldOut : Fate.Augmented;
    }

    IEnumerable<(string Method, JsonElement Line)> Variants(MappedRow row, int index, QuestionRun? run, HashSet<ulong> taken)
    {
        string prompt = PromptText.Find(row.Value)!;
        string answer = row.ToSample().Answer;
        (int start, int end) = Inner(prompt);
        List<Token> tokens = _wording.Read(prompt, start, end, answer.Length <= LongestLabel ? answer : "");
        for (int variant = 0; variant < _settings.Times; variant++)
        {
            foreach (string method in MethodsFor(index, variant))
            {
                IEnumerable<string> texts = Rewriting.All.FirstOrDefault(way => way.Name == method) is { } way
                    ? Rewritten(way, prompt, start, end, variant, run)
                    : Changed(_changes.First(change => change.Name == method), prompt, tokens, index, variant);
                if (FirstNew(row, texts, taken) is not { } line)
                    continue;
                yield return (method, line);
                break;
            }
        }
    }

    static JsonElement? FirstNew(MappedRow row, IEnumerable<string> texts, HashSet<ulong> taken)
    {
        foreach (string text in texts)
        {
            JsonElement line = PromptText.With(row.Value, text);
            if (!string.IsNullOrWhiteSpace(text) && taken.Add(HashOf(Sample.Of(new JsonLine(0, row.Source.Line, line)))))
                return line;
        }
        return null;
    }

    /// <summary>The method whose turn it is, then the ones that need not ask.</summary>
    IEnumerable<string> MethodsFor(int index, int variant)
    {
        string own = _settings.Methods[(int)(((long)index * _settings.Times + variant) % _settings.Methods.Count)];
        return [own, .. _settings.Methods.Where(method => method != own && AugmentSettings.LocalMethods.Contains(method))];
    }

    IEnumerable<string> Changed(ITextChange change, string prompt, List<Token> tokens, int index, int variant)
    {
        SeededRandom random = new(new SeededRandom(_settings.Seed + ((ulong)index << 20) + (ulong)variant).NextUInt64());
        int count = Math.Max(1, (int)Math.Round(WordCount(prompt) * _settings.Share));
        for (int attempt = 0; attempt < Attempts; attempt++)
            if (change.Change(prompt, tokens, count, random) is { Count: > 0 } edits)
                yield return TextEdit.Apply(prompt, edits);
    }

    IEnumerable<string> Rewritten(Rewriting way, string prompt, int start, int end, int variant, QuestionRun? run)
    {
        AskedText asked = new(way, prompt[start..end], variant);
        string? text = run!.Find(way.First(asked.Text, variant, _settings.MaxTokens, _settings.Temperature).Question);
        if (text is not null && Second(asked, run) is { } second)
            text = run.Find(second.Question);
        if (text is not null)
            yield return prompt[..start] + text + prompt[end..];
    }

    IEnumerable<AskedText> Questions()
    {
        int index = 0;
        foreach (MappedRow row in _rows.Read())
        {
            if (FateOf(row) == Fate.Augmented)
            {
                string prompt = PromptText.Find(row.Value)!;
                (int start, int end) = Inner(prompt);
                for (int variant = 0; variant < _settings.Times; variant++)
                    if (Rewriting.All.FirstOrDefault(way => way.Name == MethodsFor(index, variant).First()) is { } way && !string.IsNullOrWhiteSpace(prompt[start..end]))
                        yield return new AskedText(way, prompt[start..end], variant);
            }
            index++;
        }
    }

    (ChatQuestion Question, AnswerRule Rule)? Second(AskedText asked, QuestionRun run) =>
        run.Find(asked.Way.First(asked.Text, asked.Variant, _settings.MaxTokens, _settings.Temperature).Question) is { } first
            ? asked.Way.Second(asked.Text, first, asked.Variant, _settings.MaxTokens, _settings.Temperature)
            : null;

    /// <summary>The part between what all prompts begin and end with.</summary>
    (int Start, int End) Inner(string prompt)
    {
        int start = prompt.StartsWith(_prefix, StringComparison.Ordinal) ? _prefix.Length : 0;
        int end = prompt.EndsWith(_suffix, StringComparison.Ordinal) ? prompt.Length - _suffix.Length : prompt.Length;
        return start < end ? (start, end) : (prompt.Length, prompt.Length);
    }

    /// <summary>About: a Chinese word has two characters.</summary>
    static int WordCount(string text) => text.Count(NormalText.IsChinese) / 2 + text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Count(part => part.Any(letter => char.IsLetter(letter) && !NormalText.IsChinese(letter)));

    static ulong HashOf(Sample sample) => NormalText.Hash(NormalText.Of(sample.Prompt));
}
