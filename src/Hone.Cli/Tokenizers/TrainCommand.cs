using System.CommandLine;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Data.Formats;
using Hone.Engine.Tokenizers.Training;

namespace Hone.Cli.Tokenizers;

/// <summary><c>hone tokenizer train CORPUS… --size N</c>: learns a byte-level vocabulary and writes its tokenizer.json.</summary>
static class TrainCommand
{
    public static Command Create()
    {
        Argument<string[]> corpus = new("CORPUS")
        {
            Description = Text.Of("Text files in UTF-8", "UTF-8 文本文件"),
            Arity = ArgumentArity.OneOrMore,
        };
        Option<int> size = new("--size")
        {
            Description = Text.Of("Number of tokens, special ones included", "词元数量（含特殊词元）"),
            HelpName = "N",
            Required = true,
        };
        Option<string> output = new Option<string>("--output", "-o")
        {
            Description = Text.Of("Folder for tokenizer.json", "tokenizer.json 的输出文件夹"),
            HelpName = "DIR",
            DefaultValueFactory = _ => ".",
        }.NotEmpty();
        Option<string[]> special = new("--special")
        {
            Description = Text.Of("Special tokens; the first one ends a text", "特殊词元；第一个表示文本结束"),
            HelpName = "TOKEN",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => ["<|endoftext|>"],
        };
        Option<string> separator = new("--separator")
        {
            Description = Text.Of("What stands between documents and is not learned", "文档之间的分隔符，不参与学习"),
            HelpName = "TEXT",
            DefaultValueFactory = _ => "<|endofdoc|>",
        };

        return new Command("train", Text.Of("Learn a byte-level vocabulary from text", "从文本学习字节级词表")) { corpus, size, output, special, separator }.Does(
            (parse, to, cancel) =>
            {
                var options = new VocabularyTraining
                {
                    Size = parse.GetValue(size),
                    SpecialTokens = parse.GetValue(special)!,
                    DocumentSeparator = parse.GetValue(separator)!,
                };
                Train(parse.GetValue(corpus)!, options, parse.GetValue(output)!, to, cancel);
            }
        );
    }

    static void Train(string[] paths, VocabularyTraining options, string folder, Output output, CancellationToken cancel)
    {
        Array.ForEach(paths, Utf8Text.RequireFile);
        if (File.Exists(folder))
            throw new HoneException(Text.Of($"{folder} is a file. Name a folder for tokenizer.json.", $"{folder} 是文件。请指定 tokenizer.json 的文件夹。"));

        long start = Stopwatch.GetTimestamp();
        TrainedVocabulary vocabulary = Learn(paths, options, output, cancel);
        vocabulary.Save(folder);

        string path = Path.Combine(folder, "tokenizer.json");
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        output.Line(Text.Of($"{path}: {vocabulary.Size} tokens", $"{path}：{vocabulary.Size} 个词元"));
        output.Json(
            new JsonObject
            {
                ["tokenizer"] = path,
                ["size"] = vocabulary.Size,
                ["seconds"] = Math.Round(seconds, 1),
            }
        );
    }

    static TrainedVocabulary Learn(string[] paths, VocabularyTraining options, Output output, CancellationToken cancel)
    {
        string current = paths[0];
        using var progress = new Progress(output, options.Size);
        try
        {
            return BytePairTrainer.Train(Readers(), options, size => progress.Report(size, ""), cancel);
        }
        catch (DecoderFallbackException error)
        {
            throw Utf8Text.NoText(current, error);
        }

        IEnumerable<TextReader> Readers()
        {
            foreach (string path in paths)
            {
                current = path;
                using StreamReader reader = Utf8Text.Open(File.OpenRead(path));
                yield return reader;
            }
        }
    }
}
