using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Vectors;
using Hone.Engine;
using Hone.Engine.Embedding;

namespace Hone.Data.Embedding;

/// <summary>Gives each row of a file a vector. What is wrong with any row is found before the first one is computed.</summary>
public sealed class EmbeddingRun
{
    readonly RowTexts _texts;
    readonly EmbeddingModel _model;
    readonly EmbeddingOptions _options;
    readonly string _prompt;

    /// <exception cref="HoneException">The model has no such dimension or prompt.</exception>
    public EmbeddingRun(RowTexts texts, EmbeddingModel model, EmbeddingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        (_texts, _model, _options) = (texts, model, options);
        _prompt = PromptOf(options.Prompt, model);
        model.RequireDimensions(options.Dimensions);
    }

    /// <summary>The length of the vectors.</summary>
    public int Dimensions => _options.Dimensions ?? _model.Dimensions;

    /// <summary>Whether texts that are too long lose their end, and are not read in windows.</summary>
    public bool CutsLongTexts => _options.TooLong == TooLong.Truncate;

    /// <summary>What becomes of the texts that are too long, for people.</summary>
    public string LongTexts(EmbeddingCounts counts) =>
        CutsLongTexts ? Text.Of($"cut: {counts?.TooLong}", $"截断：{counts?.TooLong}") : Text.Of($"read in windows: {counts?.TooLong}", $"分窗读取：{counts?.TooLong}");

    /// <summary>All that decides, besides the model's files, what the vector of a text is.</summary>
    public string Settings => FormattableString.Invariant($"{_prompt}\n{_options.TooLong}\n{Dimensions}");

    /// <summary>Reads all rows.</summary>
    /// <exception cref="HoneException">Rows are empty or too long, and that is not allowed for; the message names their lines.</exception>
    public EmbeddingCounts Count(CancellationToken cancel = default)
    {
        (long rows, long tokens) = (0, 0);
        (LinePlaces empty, LinePlaces tooLong) = (new(), new());
        int longest = 0;
        HashSet<string> seen = new(StringComparer.Ordinal);
        List<string> columns = [];
        foreach ((JsonLine row, string text) in _texts.Read())
        {
            cancel.ThrowIfCancellationRequested();
            columns.AddRange(row.Value.EnumerateObject().Select(member => member.Name).Where(seen.Add));
            int length = TokensOf(text).Length;
            if (length == 0)
            {
                empty.Add(row.Line);
                continue;
            }
            rows++;
            if (length > _model.RoomForText)
                tooLong.Add(row.Line);
            longest = Math.Max(longest, length);
            tokens += _options.TooLong == TooLong.Truncate ? Math.Min(length, _model.RoomForText) : length;
        }

        Require(empty, tooLong, rows, longest);
        return new EmbeddingCounts(rows, tokens, empty, tooLong, columns);
    }

    /// <summary>Computes the vectors that the journal lacks.</summary>
    /// <param name="report">Told how many rows are done.</param>
    /// <returns>How many rows the journal had.</returns>
    public long Embed(VectorJournal journal, Action<long> report, CancellationToken cancel = default) =>
        new JournalFilling(_model, _options.TooLong, _options.Dimensions).Fill(Rows().Select(row => (row.Text, row.Tokens)), journal, report, cancel);

    /// <summary>Writes all rows with their vectors.</summary>
    public void Write(VectorWriter writer, VectorJournal journal, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(journal);
        foreach (VectorRow row in Read(journal, cancel))
            writer.Write(row.Fields, row.Vector);
        writer.Keep();
    }

    /// <summary>All rows with their vectors, each valid until the next.</summary>
    /// <exception cref="HoneException">The file has other rows than when they were embedded.</exception>
    public IEnumerable<VectorRow> Read(VectorJournal journal, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(journal);
        long count = 0;
        foreach ((JsonLine row, string text, _) in Rows())
        {
            cancel.ThrowIfCancellationRequested();
            yield return new VectorRow(row.Line, journal.Find(count++, text) ?? throw MappedRows.HaveChanged(), row.Value);
        }
        if (count != journal.Count)
            throw MappedRows.HaveChanged();
    }

    /// <summary>The rows that have a text.</summary>
    IEnumerable<(JsonLine Row, string Text, int[] Tokens)> Rows()
    {
        foreach ((JsonLine row, string text) in _texts.Read())
            if (TokensOf(text) is { Length: > 0 } tokens)
                yield return (row, text, tokens);
    }

    int[] TokensOf(string text) => text.Length == 0 ? [] : _model.Tokenizer.Encode(_prompt + text, addSpecial: false);

    void Require(LinePlaces empty, LinePlaces tooLong, long rows, int longest)
    {
        if (empty.Count > 0 && !_options.SkipsEmpty)
            throw new HoneException(Text.Of($"There is no text in {empty} of {_texts.Source.Path}. Correct them, or leave them out with --skip-empty.", $"{_texts.Source.Path} 的{empty}没有文本。请修正，或用 --skip-empty 略去。"));
        if (rows == 0)
            throw new HoneException(Text.Of($"No row of {_texts.Source.Path} has a text in {_texts.Description}.", $"{_texts.Source.Path} 没有一行在 {_texts.Description} 中有文本。"));
        if (tooLong.Count > 0 && _options.TooLong == TooLong.Error)
            throw new HoneException(Text.Of(
                $"The model reads {_model.RoomForText} tokens, and there are more, up to {longest}, in {tooLong} of {_texts.Source.Path}. Shorten them, or give --too-long window (the mean of their parts) or --too-long truncate (their beginning).",
                $"模型最多读取 {_model.RoomForText} 个词元，而 {_texts.Source.Path} 的{tooLong}超过了它（最多 {longest} 个）。请缩短，或使用 --too-long window（取各部分的均值）或 --too-long truncate（只取开头）。"));
    }

    static string PromptOf(string? name, EmbeddingModel model)
    {
        if (name is null)
            return model.DefaultPrompt ?? "";
        if (model.Prompts.TryGetValue(name, out string? prompt))
            return prompt;
        string known = string.Join(", ", model.Prompts.Keys);
        throw new HoneException(model.Prompts.Count == 0
            ? Text.Of($"The model has no prompts, so there is none called {name}.", $"该模型没有提示，因此没有名为 {name} 的提示。")
            : Text.Of($"The model has no prompt {name}. It has: {known}.", $"该模型没有提示 {name}。现有：{known}。"));
    }
}
