namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>What can follow <c>is</c>.</summary>
static class Tests
{
    public delegate bool Test(Render render, object? value, Arguments arguments);

    static readonly Dictionary<string, Test> Known = new()
    {
        ["defined"] = (_, value, _) => value is not Undefined,
        ["undefined"] = (_, value, _) => value is Undefined,
        ["none"] = (_, value, _) => value is null,
        ["boolean"] = (_, value, _) => value is bool,
        ["true"] = (_, value, _) => value is true,
        ["false"] = (_, value, _) => value is false,
        ["integer"] = (_, value, _) => value is long,
        ["float"] = (_, value, _) => value is double,
        ["number"] = (_, value, _) => Python.IsNumber(value),
        ["string"] = (_, value, _) => value is TracedText,
        ["mapping"] = (_, value, _) => value is JinjaMap,
        ["sequence"] = (_, value, _) => value is TracedText or JinjaList or JinjaMap or Undefined,
        ["iterable"] = (_, value, _) => value is TracedText or JinjaList or JinjaMap or Undefined,
        ["callable"] = (_, value, _) => value is Callable,
        ["sameas"] = (_, value, arguments) => IsSame(value, arguments.Require(0, "other")),
        ["in"] = (_, value, arguments) => Comparison.Contains(arguments.Require(0, "seq"), value),
        ["even"] = (_, value, _) => Python.ExpectInteger(value, "value") % 2 == 0,
        ["odd"] = (_, value, _) => Python.ExpectInteger(value, "value") % 2 != 0,
        ["divisibleby"] = (_, value, arguments) => Equals(Arithmetic.Apply("%", value, arguments.Require(0, "num")), 0L),
        ["lower"] = (render, value, _) => IsCase(render, value, "islower"),
        ["upper"] = (render, value, _) => IsCase(render, value, "isupper"),
        ["escaped"] = (_, _, _) => false,
        ["filter"] = (_, value, _) => Filters.Exists(Python.ExpectText(value, "value").Value),
        ["test"] = (_, value, _) => Exists(Python.ExpectText(value, "value").Value),
        ["eq"] = (_, value, arguments) => Comparison.AreEqual(value, arguments.Require(0, "other")),
        ["ne"] = (_, value, arguments) => !Comparison.AreEqual(value, arguments.Require(0, "other")),
        ["lt"] = (_, value, arguments) => Comparison.Compare(value, arguments.Require(0, "other"), "<") < 0,
        ["le"] = (_, value, arguments) => Comparison.Compare(value, arguments.Require(0, "other"), "<=") <= 0,
        ["gt"] = (_, value, arguments) => Comparison.Compare(value, arguments.Require(0, "other"), ">") > 0,
        ["ge"] = (_, value, arguments) => Comparison.Compare(value, arguments.Require(0, "other"), ">=") >= 0,
    };

    static readonly Dictionary<string, string> OtherNames = new()
    {
        ["equalto"] = "eq",
        ["=="] = "eq",
        ["!="] = "ne",
        ["lessthan"] = "lt",
        ["<"] = "lt",
        ["<="] = "le",
        ["greaterthan"] = "gt",
        [">"] = "gt",
        [">="] = "ge",
    };

    public static bool Exists(string name) => Known.ContainsKey(name) || OtherNames.ContainsKey(name);

    public static Test Find(string name) =>
        Known.TryGetValue(OtherNames.GetValueOrDefault(name, name), out Test? test)
            ? test
            : throw new HoneException($"No test named '{name}'");

    static bool IsSame(object? value, object? other) =>
        value is bool or long or null ? Equals(value, other) : ReferenceEquals(value, other);

    static bool IsCase(Render render, object? value, string method) =>
        value is TracedText text && StringMethods.Find(text, method)!.Body(render, Arguments.None) is true;
}
