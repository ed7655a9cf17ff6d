using Hone.Data.Endpoints;
using Hone.Data.Formats;
using Hone.Data.Sources;
using Hone.Engine;

namespace Hone.Data.Labelling;

/// <summary>Answers the rows of a file with a stronger model: distillation, or labels for a classifier. Rows stream; answers wait in the journal.</summary>
public sealed class Labeller
{
    const int Listed = 5;

    readonly SourceFile _source;
    readonly LabelSettings _settings;
    readonly RowQuestions _questions;
    readonly ClassNames? _classes;

    /// <exception cref="HoneException">A template names a column that there is none of, rows hold nothing to ask, or the classes are none.</exception>
    public Labeller(SourceFile source, LabelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(settings);
        (_source, _settings) = (source, settings);
        _classes = settings.Classes.Count > 0 ? new ClassNames(settings.Classes) : null;
        _questions = new RowQuestions(source, settings, _classes);
    }

    /// <summary>The rows of the file, and how many of them are asked about.</summary>
    public (int Rows, int Questions) Count()
    {
        (int rows, int questions) = (0, 0);
        foreach (AskedRow row in Rows())
        {
            rows++;
            questions += row.Question is null ? 0 : 1;
        }
        return (rows, questions);
    }

    /// <summary>Asks what the journal does not answer yet.</summary>
    public Task AskAsync(QuestionRun run, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(run);
        AnswerRule any = new(text => text.Trim(), "");
        return run.AskAsync(Rows().Select(row => row.Question).OfType<ChatQuestion>(), _classes?.Rule(_settings.Prompt ?? "") ?? any, cancel);
    }

    /// <summary>Writes the rows with their answers. Rows without one are left out of training examples, and keep their columns otherwise.</summary>
    /// <exception cref="HoneException">No row has an answer.</exception>
    public LabelResult Write(string path, QuestionRun run, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(run);
        (int labelled, int kept, int unlabelled) = (0, 0, 0);
        List<(int, string)> first = [];
        using JsonLinesWriter writer = new(path);
        foreach (AskedRow row in Rows())
        {
            cancel.ThrowIfCancellationRequested();
            if (row.Question is null && row.Problem is null)
            {
                kept++;
                writer.Write(row.Value);
                continue;
            }
            if (row.Question is not null && run.Find(row.Question) is { } answer)
            {
                labelled++;
                writer.Write(_questions.Written(row, answer));
                continue;
            }

            unlabelled++;
            if (first.Count < Listed)
                first.Add((row.Line, row.Problem ?? run.ReasonOf(row.Question!)));
            if (_settings.Column is not null)
                writer.Write(row.Value);
        }
        if (labelled + kept == 0)
            throw new HoneException(
                first.Count == 0
                    ? Text.Of($"{_source.Path} has no rows.", $"{_source.Path} 没有数据行。")
                    : Text.Of($"No row was answered. Line {first[0].Item1}: {first[0].Item2}", $"没有一行得到回答。第 {first[0].Item1} 行：{first[0].Item2}"));
        writer.Keep();
        return new LabelResult(labelled, kept, first, unlabelled);
    }

    IEnumerable<AskedRow> Rows() => _source.Read().Select(_questions.Of);
}
