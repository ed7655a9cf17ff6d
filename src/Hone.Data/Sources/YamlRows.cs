using System.Text;
using System.Text.Json;
using Hone.Engine;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Hone.Data.Sources;

/// <summary>YAML as the JSON that says the same, line by line, so that what is said about a line holds for both; for files that fit into memory, as those written by hand do.</summary>
static class YamlRows
{
    const long Largest = 64 << 20;
    const int Deepest = 60;

    public static SourceRows Open(SourceBytes file, SourceOptions options, List<string> notes)
    {
        TextEncoding encoding = TextEncoding.Of(file, options.Encoding);
        notes.Add(SourceNotes.Of(encoding));
        byte[] json = Convert(file, encoding);
        return new JsonDocumentRows(() => new MemoryStream(json), file.Path).Open(options, notes);
    }

    static byte[] Convert(SourceBytes file, TextEncoding encoding)
    {
        Parser parser = new(new StringReader(ReadAll(file, encoding)));
        try
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
                throw new HoneException(Engine.Text.Of($"{file.Path} is empty.", $"{file.Path} 为空。"));
            LineKeeper json = new();
            Write(json, parser, 0);
            return json.ToUtf8();
        }
        catch (YamlException error)
        {
            throw Problem(error.Start, error.Message, error);
        }
        catch (Exception error) when (error is not (HoneException or OutOfMemoryException))
        {
            // Malformed texts lead the parser to exceptions of several kinds, without the place: what it read last is where it was.
            throw Problem(parser.Current?.End ?? Mark.Empty, error.Message, error);
        }
    }

    static HoneException Problem(Mark place, string reason, Exception cause) =>
        new(Engine.Text.Of($"Line {place.Line}, column {place.Column}: this is no YAML: {OneLine(reason)}", $"第 {place.Line} 行第 {place.Column} 列：不是有效的 YAML，请检查缩进、引号、冒号和括号：{OneLine(reason)}"), cause);

    static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    static string ReadAll(SourceBytes file, TextEncoding encoding)
    {
        using Stream stream = encoding.OpenUtf8(file);
        using MemoryStream bytes = new();
        byte[] buffer = new byte[1 << 16];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > Largest)
                throw new HoneException(Engine.Text.Of($"{file.Path} is longer than 64 MB, which is too much for YAML. Convert it to JSON Lines.", $"{file.Path} 超过 64 MB，YAML 无法处理。请转换为 JSON Lines。"));
        }
        ReadOnlySpan<byte> all = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
        return encoding.IsText(all)
            ? Encoding.UTF8.GetString(all)
            : throw new HoneException(Engine.Text.Of($"{file.Path} is no text in {encoding.Name}. Name its encoding with --encoding.", $"{file.Path} 不是 {encoding.Name} 文本。请用 --encoding 指定编码。"));
    }

    static void Write(LineKeeper json, Parser parser, int depth)
    {
        ParsingEvent next = parser.Consume<ParsingEvent>();
        if (depth > Deepest)
            throw new YamlException(next.Start, next.End, Engine.Text.Of("it is nested too deeply", "嵌套过深"));
        json.GoTo(next.Start);
        switch (next)
        {
            case Scalar scalar:
                json.Add(scalar.Value);
                break;
            case SequenceStart:
                json.Add('[');
                for (bool isFirst = true; !parser.TryConsume<SequenceEnd>(out _); isFirst = false)
                {
                    if (!isFirst)
                        json.Add(',');
                    Write(json, parser, depth + 1);
                }
                json.Add(']');
                break;
            case MappingStart:
                json.Add('{');
                HashSet<string> names = new(StringComparer.Ordinal);
                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    Scalar key = parser.Consume<Scalar>();
                    if (!names.Add(key.Value))
                        throw new YamlException(key.Start, key.End, Engine.Text.Of($"the name {key.Value} occurs twice", $"名称 {key.Value} 重复"));
                    if (names.Count > 1)
                        json.Add(',');
                    json.GoTo(key.Start);
                    json.Add(key.Value);
                    json.Add(':');
                    Write(json, parser, depth + 1);
                }
                json.Add('}');
                break;
            default:
                throw new YamlException(next.Start, next.End, Engine.Text.Of("only plain values, lists and mappings are read", "只支持普通值、列表和映射"));
        }
    }

    /// <summary>JSON whose values begin in the lines where those of the YAML begin.</summary>
    sealed class LineKeeper
    {
        readonly StringBuilder _text = new();
        long _line = 1;

        /// <summary>What is added next begins in this line.</summary>
        public void GoTo(Mark place)
        {
            for (; _line < place.Line; _line++)
                _text.Append('\n');
        }

        public void Add(char sign) => _text.Append(sign);

        public void Add(string text) => _text.Append(JsonSerializer.Serialize(text));

        public byte[] ToUtf8() => Encoding.UTF8.GetBytes(_text.ToString());
    }
}
