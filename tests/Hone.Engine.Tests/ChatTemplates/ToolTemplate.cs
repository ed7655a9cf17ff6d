using System.Text.Json.Nodes;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Generation.Constraints;
using Hone.Engine.Tokenizers;

namespace Hone.Engine.Tests.ChatTemplates;

/// <summary>A chat template in one of the ways in which templates write calls of tools, with a small vocabulary that has its special tokens.</summary>
sealed class ToolTemplate
{
    /// <summary>Each call in tags, as words of the vocabulary.</summary>
    const string Tagged = """
        {%- if tools %}{{- '<|im_start|>system\n' }}{%- for tool in tools %}{{- tool | tojson + '\n' }}{%- endfor %}{{- '<|im_end|>\n' }}{%- endif %}
        {%- for message in messages %}{{- '<|im_start|>' + message.role + '\n' + (message.content or '') }}
        {%- if message.tool_calls %}{%- for call in message.tool_calls %}{{- '\n' if message.content or not loop.first }}
        {{- '<tool_call>\n{"name": "' + call.function.name + '", "arguments": ' }}{{- call.function.arguments | tojson }}{{- '}\n</tool_call>' }}{%- endfor %}{%- endif %}
        {{- '<|im_end|>\n' }}{%- endfor %}
        {%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{%- endif %}
        """;

    /// <summary>The same, where an answer begins with thoughts, empty ones at least.</summary>
    const string Thinking = """
        {%- if tools %}{{- tools | tojson + '\n' }}{%- endif %}
        {%- for message in messages %}{{- '<|im_start|>' + message.role + '\n' }}{%- if message.role == 'assistant' and loop.last %}{{- '<think>\n\n</think>\n\n' }}{%- endif %}{{- message.content }}
        {%- if message.tool_calls %}{%- for call in message.tool_calls %}{%- if message.content or not loop.first %}{{- '\n' }}{%- endif %}
        {{- '<tool_call>\n{"name": "' + call.function.name + '", "arguments": ' }}{{- call.function.arguments | tojson }}{{- '}\n</tool_call>' }}{%- endfor %}{%- endif %}
        {{- '<|im_end|>\n' }}{%- endfor %}
        {%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{%- endif %}
        """;

    /// <summary>The arguments before the name.</summary>
    const string Turned = """
        {%- if tools %}{{- tools | tojson + '\n' }}{%- endif %}
        {%- for message in messages %}{{- '<|im_start|>' + message.role }}
        {%- if message.tool_calls %}{%- for call in message.tool_calls %}{{- '\n<tool_call>\n{ "arguments": ' + call.function.arguments | tojson + ', "name": "' + call.function.name + '"}\n</tool_call> ' }}{%- endfor %}
        {%- elif message.role == 'tool' %}{%- if not message.name is defined %}{{- raise_exception('A result needs the name of its function.') }}{%- endif %}{{- '\n' + message.name + ': ' + message.content }}
        {%- else %}{{- '\n' + message.content }}{%- endif %}{{- '<|im_end|>\n' }}{%- endfor %}
        {%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{%- endif %}
        """;

    /// <summary>All calls in one list.</summary>
    const string Listed = """
        {%- if tools %}{{- tools | tojson + '\n' }}{%- endif %}{%- for message in messages %}{{- message.role + ': ' }}
        {%- if message.tool_calls %}{{- 'CALLS [' }}{%- for call in message.tool_calls %}{{- '{"name": "' + call.function.name + '", "parameters": ' + call.function.arguments | tojson + '}' }}{{- ', ' if not loop.last }}{%- endfor %}{{- ']' }}
        {%- else %}{{- message.content }}{%- endif %}{{- '<|im_end|>' }}{%- endfor %}{%- if add_generation_prompt %}{{- 'assistant: ' }}{%- endif %}
        """;

    /// <summary>A list behind a special token, with short ids.</summary>
    const string Identified = """
        {%- if tools %}{{- tools | tojson + '\n' }}{%- endif %}{%- for message in messages %}
        {%- if message.tool_calls is defined %}{{- '[TOOL_CALLS][' }}{%- for call in message.tool_calls %}{%- if call.id | length != 9 %}{{- raise_exception('An id has 9 characters.') }}{%- endif %}
        {{- (call.function | tojson)[:-1] + ', "id": "' + call.id + '"}' }}{{- ', ' if not loop.last }}{%- endfor %}{{- ']<|im_end|>' }}
        {%- elif message.role == 'tool' %}{%- if message.tool_call_id | length != 9 %}{{- raise_exception('An id has 9 characters.') }}{%- endif %}{{- '[RESULT]' + message.tool_call_id + message.content }}
        {%- else %}{{- '[INST]' + message.content + '[/INST]' if message.role == 'user' else message.content + '<|im_end|>' }}{%- endif %}{%- endfor %}
        """;

    /// <summary>One call, which is the whole answer; the model may put a special token before it.</summary>
    const string Single = """
        {%- if tools %}{{- tools | tojson + '\n' }}{%- endif %}{%- for message in messages %}{{- message.role + ': ' }}
        {%- if message.tool_calls %}{%- if message.tool_calls | length != 1 %}{{- raise_exception('One call at a time.') }}{%- endif %}
        {%- if builtin_tools is defined %}{{- '<|python_tag|>' + message.tool_calls[0].function.name }}{%- endif %}
        {{- '{"name": "' + message.tool_calls[0].function.name + '", "parameters": ' + message.tool_calls[0].function.arguments | tojson + '}' }}
        {%- else %}{{- message.content }}{%- endif %}{{- '<|im_end|>' }}{%- endfor %}{%- if add_generation_prompt %}{{- 'assistant: ' }}{%- endif %}
        """;

    ToolTemplate(string? source, string[] specialTokens)
    {
        Tokenizer = WithTokens(specialTokens);
        int[] ends = [Tokenizer.TokenId("<|im_end|>")!.Value, Tokenizer.TokenId("<|endoftext|>")!.Value];
        ChatTemplate template = source is null
            ? ChatTemplate.Load(Path.Combine(AppContext.BaseDirectory, "no model"), token => token == "<|im_start|>", "<|endoftext|>")
            : new ChatTemplate(source, new Dictionary<string, string> { ["bos_token"] = "<s>", ["eos_token"] = "<|im_end|>" });
        Encoder = new ChatEncoder(Tokenizer, template, ends);
        Vocabulary = new ConstraintVocabulary(Tokenizer, [End], Tokenizer.VocabSize);
        (Format, Problem) = ToolCallFormat.Find(Encoder);
    }

    public static IReadOnlyList<string> Names { get; } = ["default", "tagged", "tagged with special tokens", "thinking", "turned", "listed", "identified", "single", "single with a lead"];

    public Tokenizer Tokenizer { get; }

    public ChatEncoder Encoder { get; }

    public ConstraintVocabulary Vocabulary { get; }

    public ToolCallFormat? Format { get; }

    public string? Problem { get; }

    public int End => Encoder.EndIds[0];

    public static ToolTemplate Named(string name) =>
        name switch
        {
            "default" => new ToolTemplate(null, []),
            "tagged" => new ToolTemplate(Tagged, []),
            "tagged with special tokens" => new ToolTemplate(Tagged, ["<tool_call>", "</tool_call>"]),
            "thinking" => new ToolTemplate(Thinking, []),
            "turned" => new ToolTemplate(Turned, ["<tool_call>", "</tool_call>"]),
            "listed" => new ToolTemplate(Listed, []),
            "identified" => new ToolTemplate(Identified, ["[TOOL_CALLS]", "[RESULT]", "[INST]", "[/INST]"]),
            "single" => new ToolTemplate(Single, []),
            "single with a lead" => new ToolTemplate(Single, ["<|python_tag|>"]),
            _ => throw new ArgumentException(name),
        };

    /// <summary>A template as Jinja.</summary>
    public static ToolTemplate Of(string source, params string[] specialTokens) => new(source, specialTokens);

    /// <summary>The vocabulary of the tests with further special tokens.</summary>
    static Tokenizer WithTokens(string[] specialTokens)
    {
        JsonNode file = JsonNode.Parse(File.ReadAllText(Path.Combine(ParityFolder.Require("tokenizers-hf"), "qwen2-style", "tokenizer.json")))!;
        JsonArray added = file["added_tokens"]!.AsArray();
        int next = Math.Max(added.Max(token => token!["id"]!.GetValue<int>()), file["model"]!["vocab"]!.AsObject().Max(pair => pair.Value!.GetValue<int>())) + 1;
        foreach (string token in specialTokens)
            added.Add(new JsonObject { ["id"] = next++, ["content"] = token, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = true });
        string folder = Directory.CreateTempSubdirectory("hone-tokens-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "tokenizer.json"), file.ToJsonString());
            return Tokenizer.Load(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
