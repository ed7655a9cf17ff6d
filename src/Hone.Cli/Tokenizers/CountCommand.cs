using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Data.Formats;
using Hone.Engine.Tokenizers;

namespace Hone.Cli.Tokenizers;

/// <summary><c>hone tokenizer count FILE --encoding E</c>: how many tokens a text has. Special-token text counts as ordinary text.</summary>
static class CountCommand
{
    public static Command Create()
    {
        Argument<string> file = new("FILE") { Description = Text.Of("A text file in UTF-8", "UTF-8 文本文件") };
        return new Command("count", Text.Of("Count the tokens of a text file", "统计文本文件的词元数")) { file, EncodingOption.Create(), DataFolderOption.Create() }.Does(
            (parse, output) => Count(parse.GetValue(file)!, EncodingOption.Load(parse), EncodingOption.Of(parse), output)
        );
    }

    static void Count(string path, Tokenizer tokenizer, string encoding, Output output)
    {
        string text = Utf8Text.Read(path);
        int tokens = tokenizer.Count(text, addSpecial: false);
        int characters = text.EnumerateRunes().Count();
        output.Line(Text.Of($"{Text.Counted(tokens, "token")}, {Text.Counted(characters, "character")} ({encoding})", $"{tokens:N0} 个词元，{characters:N0} 个字符（{encoding}）"));
        output.Json(
            new JsonObject
            {
                ["tokens"] = tokens,
                ["characters"] = characters,
                ["bytes"] = Encoding.UTF8.GetByteCount(text),
                ["encoding"] = encoding,
            }
        );
    }
}
