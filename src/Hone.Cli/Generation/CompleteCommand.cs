using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Generation;
using Hone.Engine.Tokenizers;
using Hone.Server.Models;

namespace Hone.Cli.Generation;

/// <summary><c>hone complete MODEL PROMPT</c>: what the model writes after a text.</summary>
static class CompleteCommand
{
    public static Command Create()
    {
        Argument<string> model = ModelArgument.Create();
        Argument<string> prompt = new("PROMPT") { Description = Text.Of("The text to continue; - reads it from standard input", "要续写的文本；- 表示从标准输入读取") };
        Option<int> choices = PositiveOption.Create("--n", Text.Of("Write N continuations", "生成 N 个续写"), 1, SamplingOptions.MostChoices);
        Option<int?> logProbabilities = new Option<int?>("--logprobs") { Description = Text.Of("With --json: log probabilities, with those of the N likeliest tokens", "与 --json 一起：给出对数概率，以及最可能的 N 个词元"), HelpName = "N" }
            .Within(count => count is null or (>= 0 and <= SamplingOptions.MaxTopLogProbabilities), Text.Of($"--logprobs must be from 0 to {SamplingOptions.MaxTopLogProbabilities}.", $"--logprobs 须在 0 到 {SamplingOptions.MaxTopLogProbabilities} 之间。"));
        Option<bool> special = new("--special") { Description = Text.Of("Text in PROMPT that spells a special token is that token", "PROMPT 中拼写出的特殊词元按特殊词元处理") };
        var sampling = new SamplingArguments();
        Command command = new("complete", Text.Of("Continue a text", "续写文本")) { model, prompt, choices, logProbabilities, special, DataFolderOption.Create() };
        foreach (Option option in sampling.All)
            command.Add(option);
        command.Validators.Add(sampling.Check);
        command.Validators.Add(result =>
        {
            if (result.IsGiven(logProbabilities) && !JsonOption.IsGiven(result))
                result.AddError(Text.Of("--logprobs needs --json.", "--logprobs 需要与 --json 一起使用。"));
        });
        return command.Does((parse, output, cancel) =>
        {
            using LoadedModel loaded = DataFolderOption.ModelsOf(parse).Load(parse.GetRequiredValue(model));
            string folder = loaded.Folder.Path;
            Tokenizer tokenizer = Tokenizer.Load(folder);
            string text = parse.GetRequiredValue(prompt) is var given and not "-" ? given : output.Input.ReadToEnd().TrimEnd('\r', '\n');
            int[] tokens = tokenizer.Encode(text, allowSpecial: parse.GetValue(special));
            SamplingOptions options = sampling.Read(parse.CommandResult, loaded.Folder.Generation) with
            {
                Choices = parse.GetValue(choices),
                TopLogProbabilities = parse.GetValue(logProbabilities),
            };

            var generator = new TextGenerator(loaded.Model, tokenizer, EndTokens.Read(folder, tokenizer));
            bool streams = options.Choices == 1;
            IReadOnlyList<GeneratedText> texts = generator.Generate(tokens, options, streams ? delta => output.Write(delta.Text) : null, cancel);
            if (streams)
                output.Line();
            else
                WriteChoices(texts, output);
            output.Json(Summary(texts, tokens.Length, tokenizer));
        });
    }

    static void WriteChoices(IReadOnlyList<GeneratedText> texts, Output output)
    {
        for (int choice = 0; choice < texts.Count; choice++)
        {
            output.Line($"--- {choice + 1}");
            output.Line(texts[choice].Text);
        }
    }

    static JsonObject Summary(IReadOnlyList<GeneratedText> texts, int promptTokens, Tokenizer tokenizer)
    {
        JsonObject summary = GeneratedTextJson.Of(texts[0], tokenizer);
        summary["prompt_tokens"] = promptTokens;
        if (texts.Count > 1)
            summary["choices"] = new JsonArray([.. texts.Select(text => GeneratedTextJson.Of(text, tokenizer))]);
        return summary;
    }
}
