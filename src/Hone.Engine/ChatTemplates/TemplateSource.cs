using System.Text.Json;

namespace Hone.Engine.ChatTemplates;

/// <summary>
/// What a model's folder says about its chat template: <c>chat_template.jinja</c> if there is one, else <c>chat_template</c> of
/// <c>tokenizer_config.json</c> (a string, or templates by name); further ones in <c>additional_chat_templates/NAME.jinja</c>.
/// </summary>
sealed record TemplateSource(string? Default, string? ForTools, IReadOnlyDictionary<string, string> SpecialTokens)
{
    const string DefaultName = "default";
    const string ToolName = "tool_use";

    public static TemplateSource Read(string folder)
    {
        JsonElement config = ReadObject(Path.Combine(folder, "tokenizer_config.json"));
        JsonElement map = ReadObject(Path.Combine(folder, "special_tokens_map.json"));
        Dictionary<string, string> tokens = [];
        AddTokens(map, tokens);
        AddTokens(config, tokens);

        Dictionary<string, string> templates = [];
        AddFromConfig(config, templates, folder);
        AddFromFiles(folder, templates);
        return new TemplateSource(templates.GetValueOrDefault(DefaultName), templates.GetValueOrDefault(ToolName), tokens);
    }

    static void AddFromConfig(JsonElement config, Dictionary<string, string> templates, string folder)
    {
        if (config.ValueKind != JsonValueKind.Object || !config.TryGetProperty("chat_template", out JsonElement template))
            return;

        if (template.ValueKind == JsonValueKind.String)
            templates[DefaultName] = template.GetString()!;
        else if (template.ValueKind == JsonValueKind.Array)
            foreach (JsonElement named in template.EnumerateArray())
                templates[Text(named, "name")] = Text(named, "template");
        else if (template.ValueKind != JsonValueKind.Null)
            throw Wrong();

        string Text(JsonElement named, string field) =>
            named.ValueKind == JsonValueKind.Object && named.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()!
                : throw Wrong();

        HoneException Wrong() =>
            new($"{Path.Combine(folder, "tokenizer_config.json")}: chat_template must be a string or a list of objects with name and template.");
    }

    static void AddFromFiles(string folder, Dictionary<string, string> templates)
    {
        string single = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(single))
            templates[DefaultName] = File.ReadAllText(single);

        string others = Path.Combine(folder, "additional_chat_templates");
        if (Directory.Exists(others))
            foreach (string file in Directory.GetFiles(others, "*.jinja"))
                templates[Path.GetFileNameWithoutExtension(file)] = File.ReadAllText(file);
    }

    static void AddTokens(JsonElement source, Dictionary<string, string> tokens)
    {
        if (source.ValueKind != JsonValueKind.Object)
            return;
        foreach (JsonProperty property in source.EnumerateObject().Where(property => property.Name.EndsWith("_token", StringComparison.Ordinal)))
        {
            JsonElement value = property.Value;
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("content", out JsonElement content))
                value = content;
            if (value.ValueKind == JsonValueKind.String)
                tokens[property.Name] = value.GetString()!;
        }
    }

    static JsonElement ReadObject(string path)
    {
        if (!File.Exists(path))
            return default;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new HoneException($"{path} is not valid JSON: {error.Message} Download the model again.", error);
        }
    }
}
