using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hone.Engine.Generation.Constraints;
using Hone.Server.Http;
using Hone.Server.OpenApi;

namespace Hone.Server.Chat;

/// <summary>The tools of a request, and whether they may or must be called.</summary>
sealed partial class ToolSet
{
    const int MaxTools = 128, MaxNameLength = 64;

    static readonly ObjectShape Definition = Shape.Open(
        Field.Required("name", Shape.Text(1, MaxNameLength)),
        Field.Optional("description", Shape.AnyText),
        Field.Optional("parameters", Shape.Open(), "A JSON Schema of an object."),
        Field.Optional("strict", Shape.Boolean, "Whether the arguments fit the schema without exception.", false));

    static readonly ObjectShape JustName = Shape.Open(Field.Required("name", Shape.AnyText));
    static readonly ObjectShape NamedTool = Shape.Open(Field.Optional("type", Shape.OneOf("function")), Field.Required("function", JustName));

    public static readonly Field[] Fields =
    [
        Field.Optional("tools", Shape.List(Shape.Open(Field.Required("type", Shape.OneOf("function")), Field.Required("function", Definition)), MaxTools)),
        Field.Optional("tool_choice", Shape.Either(Shape.OneOf("none", "auto", "required"), Shape.Open(
            Field.Required("type", Shape.OneOf("function", "allowed_tools")),
            Field.Optional("function", JustName, "With the type function."),
            Field.Optional("allowed_tools", Shape.Open(Field.Required("mode", Shape.OneOf("auto", "required")), Field.Required("tools", Shape.Some(NamedTool))), "With the type allowed_tools.")))),
        Field.Optional("parallel_tool_calls", Shape.Boolean, fallback: true),
        Field.Optional("functions", Shape.List(Definition, MaxTools), "The older form of tools."),
        Field.Optional("function_call", Shape.Either(Shape.OneOf("none", "auto"), JustName), "The older form of tool_choice."),
    ];

    ToolSet(JsonElement definitions, IReadOnlyList<CallableTool> callable, bool mustCall, bool isNamed, bool mayCallSeveral, bool isLegacy) =>
        (Definitions, Callable, MustCall, IsNamed, MayCallSeveral, IsLegacy) = (definitions, callable, mustCall, isNamed, mayCallSeveral, isLegacy);

    /// <summary>What the model is told, as an array of tools.</summary>
    public JsonElement Definitions { get; }

    /// <summary>Those that it may call.</summary>
    public IReadOnlyList<CallableTool> Callable { get; }

    public bool MustCall { get; }

    /// <summary>Whether the request names the one function that is to be called.</summary>
    public bool IsNamed { get; }

    public bool MayCallSeveral { get; }

    /// <summary>Whether the request speaks of functions, as it was before there were tools.</summary>
    public bool IsLegacy { get; }

    /// <summary>The tools that the answer may call; null where there are none.</summary>
    public static ToolSet? Read(JsonFields body)
    {
        JsonFields[] tools = body.Objects("tools") ?? [];
        JsonFields[] functions = body.Objects("functions") ?? [];
        if (functions.Length > 0 && tools.Length > 0)
            throw ApiError.Invalid("'functions' and 'tools' cannot be given together. 'functions' is deprecated in favor of 'tools'.", "functions");
        if (tools.Length == 0 && body.Has("tool_choice"))
            throw ApiError.Invalid("Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.", "tool_choice");
        if (functions.Length == 0 && body.Has("function_call"))
            throw ApiError.Invalid("Invalid value for 'function_call': 'function_call' is only allowed when 'functions' are specified.", "function_call");
        bool isLegacy = functions.Length > 0;
        if (tools.Length == 0 && !isLegacy)
            return null;

        CallableTool[] all = [.. isLegacy ? functions.Select((function, i) => Function(function, FormattableString.Invariant($"functions[{i}]"))) : tools.Select(Tool)];
        if (all.GroupBy(tool => tool.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw ApiError.Invalid($"The function name '{twice.Key}' is given more than once.", isLegacy ? "functions" : "tools");
        JsonElement definitions = isLegacy
            ? JsonSerializer.SerializeToElement(new JsonArray([.. functions.Select(function => new JsonObject { ["type"] = "function", ["function"] = JsonNode.Parse(function.Element.GetRawText()) })]))
            : body.Find("tools")!.Value;
        string field = isLegacy ? "function_call" : "tool_choice";
        bool mayCallSeveral = !isLegacy && (body.Boolean("parallel_tool_calls") ?? true);
        return Choose(body, field, all, definitions, mayCallSeveral, isLegacy);
    }

    static ToolSet? Choose(JsonFields body, string field, CallableTool[] all, JsonElement definitions, bool mayCallSeveral, bool isLegacy)
    {
        string mode = "auto";
        CallableTool[] callable = all;
        bool isNamed = false;
        if (body.Find(field) is { ValueKind: JsonValueKind.String })
        {
            mode = body.String(field)!;
        }
        else if (body.Object(field) is { } choice)
        {
            string type = isLegacy ? "function" : choice.RequiredString("type");
            if (type == "allowed_tools")
            {
                JsonFields allowed = choice.RequiredObject("allowed_tools");
                mode = allowed.RequiredString("mode");
                allowed.Required("tools");
                callable = [.. allowed.Objects("tools")!.Select(tool => Named(all, tool, field))];
            }
            else
            {
                callable = [isLegacy ? Named(all, choice.RequiredString("name"), field) : Named(all, choice, field)];
                (mode, isNamed) = ("required", true);
            }
        }

        return mode == "none" ? null : new ToolSet(definitions, callable, mode == "required", isNamed, mayCallSeveral && !isNamed, isLegacy);
    }

    static CallableTool Named(CallableTool[] all, JsonFields choice, string field)
    {
        choice.String("type");
        return Named(all, choice.RequiredObject("function").RequiredString("name"), field);
    }

    static CallableTool Named(CallableTool[] all, string name, string field) =>
        all.FirstOrDefault(tool => tool.Name == name)
            ?? throw ApiError.Invalid($"Invalid value for '{field}': there is no function named '{JsonFields.Shown(name)}' among those given.", field);

    static CallableTool Tool(JsonFields tool, int index)
    {
        tool.RequiredString("type");
        return Function(tool.RequiredObject("function"), FormattableString.Invariant($"tools[{index}].function"));
    }

    static CallableTool Function(JsonFields function, string path)
    {
        string name = function.RequiredString("name");
        if (!Name().IsMatch(name))
            throw ApiError.Invalid($"'{name}' does not match '^[a-zA-Z0-9_-]+$' - '{path}.name'", $"{path}.name");
        function.String("description");
        JsonElement? parameters = function.Object("parameters")?.Element;
        bool isStrict = function.Boolean("strict") ?? false;
        if (isStrict)
            Check(name, parameters, path);
        return new CallableTool(name, parameters, isStrict);
    }

    static void Check(string name, JsonElement? parameters, string path)
    {
        try
        {
            if (parameters is { } schema)
                JsonConstraints.Check(schema, isStrict: true);
        }
        catch (SchemaException problem)
        {
            throw ApiError.Invalid($"Invalid schema for function '{name}': {problem.Message}", $"{path}.parameters", "invalid_function_parameters");
        }
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9_-]+\z")]
    private static partial Regex Name();
}
