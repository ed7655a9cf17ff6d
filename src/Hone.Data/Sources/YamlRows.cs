using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Engine;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Hone.Data.Sources;

/// <summary>YAML as the JSON that says the same; for files that fit into memory, as those written by hand do.</summary>
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
            JsonNode? root = Node(parser, 0);
            return JsonSerializer.SerializeToUtf8Bytes(root);
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
        new(Engine.Text.Of($"Line {place.Line}, column {place.Column}: this is no YAML: {OneLine(reason)}", $"第 {place.Line} 行第 {place.Column} 列：不是有效的 YAML：{OneLine(reason)}"), cause);

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

    static JsonNode? Node(Parser parser, int depth)
    {
        ParsingEvent next = parser.Consume<ParsingEvent>();
        if (depth > Deepest)
            throw new YamlException(next.Start, next.End, Engine.Text.Of("it is nested too deeply", "嵌套过深"));
        switch (next)
        {
            case Scalar scalar:
                return JsonValue.Create(scalar.Value);
            case SequenceStart:
                JsonArray list = [];
                while (!parser.TryConsume<SequenceEnd>(out _))
                    list.Add(Node(parser, depth + 1));
                return list;
            case MappingStart:
                JsonObject mapping = [];
                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    Scalar key = parser.Consume<Scalar>();
                    if (!mapping.TryAdd(key.Value, Node(parser, depth + 1)))
                        throw new YamlException(key.Start, key.End, Engine.Text.Of($"the name {key.Value} occurs twice", $"名称 {key.Value} 重复"));
                }
                return mapping;
            default:
                throw new YamlException(next.Start, next.End, Engine.Text.Of("only plain values, lists and mappings are read", "只支持普通值、列表和映射"));
        }
    }
}
