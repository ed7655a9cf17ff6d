using System.Text.Encodings.Web;
using System.Text.Json;
using Hone.Data.Mapping;
using Hone.Data.Quality;
using Hone.Data.Sources;
using Hone.Data.Tests.Formats;

namespace Hone.Data.Tests.Quality;

/// <summary>The score card of files that a test writes.</summary>
static class QualityRun
{
    static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Line(string prompt, string completion) => JsonSerializer.Serialize(new { prompt, completion }, Plain);

    /// <summary>The training file alone: pairs of prompt and completion.</summary>
    public static QualityReport Of(IEnumerable<(string Prompt, string Completion)> pairs, QualityOptions? options = null) => Of([.. pairs.Select(pair => Line(pair.Prompt, pair.Completion))], options: options);

    public static QualityReport Of(string[] train, string[]? valid = null, string[]? test = null, QualityOptions? options = null)
    {
        (DataPart Part, string[]? Lines)[] given = [(DataPart.Train, train), (DataPart.Valid, valid), (DataPart.Test, test)];
        List<TextFile> files = [];
        try
        {
            List<QualityFile> read = [];
            foreach ((DataPart part, string[]? lines) in given.Where(one => one.Lines is not null))
            {
                files.Add(new TextFile(string.Join('\n', lines!)));
                var source = SourceFile.Open(files[^1].Path, new SourceOptions { Format = "jsonl" });
                read.Add(new QualityFile(part, $"{part}.jsonl".ToLowerInvariant(), new MappedRows(source.Read, RowMapping.Of(source), keepsColumns: false)));
            }
            return DataQuality.Run(read, options ?? new QualityOptions());
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    public static QualityFinding? Find(this QualityReport report, string code) => report.Findings.SingleOrDefault(finding => finding.Code == code);

    /// <summary>All findings but the one that a test has no hundred examples.</summary>
    public static IEnumerable<QualityFinding> OfRows(this QualityReport report) => report.Findings.Where(finding => finding.Code != "few_examples");

    public static int[] Lines(this QualityFinding finding) => [.. finding.Places.Select(place => place.Line)];

    /// <summary>Different sentences that no check has anything to say about.</summary>
    public static (string Prompt, string Completion)[] Sound(int count)
    {
        string[] things = ["bread", "paper", "glass", "honey", "leather", "rope", "soap", "paint", "candles", "cheese", "bricks", "wool"];
        string[] questions = ["How do people make", "Why do people need", "Where do people keep", "When did people first use", "Who taught people to sell"];
        string[] answers = ["They need time and patience for", "Everybody at home asks for", "A dry and dark room is best for", "Long ago there was a word for", "The market is the right place for"];
        return [.. Enumerable.Range(0, count).Select(i => ($"{questions[i % 5]} {things[i % 12]} {Word(i)}?", $"{answers[i % 5]} {things[i % 12]} {Word(i + 7)}."))];
    }

    /// <summary>A word of lower-case letters for each number.</summary>
    public static string Word(int i) => $"{(char)('a' + (i % 26))}{"aeiou"[i / 26 % 5]}{(char)('b' + (i / 130 % 20))}o";
}
