using System.Text.Json;
using Hone.Engine.ChatTemplates.Jinja;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.ChatTemplates.Jinja;

/// <summary>The language, construct by construct, against jinja2 as transformers sets it up (make_golden.py).</summary>
public class LanguageTests
{
    static readonly JsonElement Golden = ReadGolden();

    [Theory, MemberData(nameof(Cases))]
    public void A_template_renders_what_jinja2_renders(string template)
    {
        JsonElement expected = Golden.GetProperty("cases").EnumerateArray().First(one => one.GetProperty("template").GetString() == template);

        string Rendered() => JinjaTemplate.Parse(template).Render(Variables(), TimeProvider.System).Text.Value;

        if (expected.TryGetProperty("error", out _))
            Should.Throw<HoneException>(Rendered);
        else
            Rendered().ShouldBe(expected.GetProperty("rendered").GetString());
    }

    public static IEnumerable<TheoryDataRow<string>> Cases() =>
        Golden.GetProperty("cases").EnumerateArray().Select(one => new TheoryDataRow<string>(one.GetProperty("template").GetString()!));

    internal static Dictionary<string, object?> Variables() =>
        Golden.GetProperty("variables").EnumerateObject().ToDictionary(one => one.Name, one => JsonValues.Read(one.Value, Origin.Template));

    static JsonElement ReadGolden()
    {
        using Stream resource = typeof(LanguageTests).Assembly.GetManifestResourceStream("language.golden.json")!;
        return JsonDocument.Parse(resource).RootElement;
    }
}
