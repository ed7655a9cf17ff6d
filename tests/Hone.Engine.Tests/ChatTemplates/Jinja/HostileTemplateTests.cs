using Hone.Engine.ChatTemplates.Jinja;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.ChatTemplates.Jinja;

/// <summary>A template comes with a model from anywhere: it may fail, but it may not hang, eat the memory or end the process.</summary>
public class HostileTemplateTests
{
    const string Thousands = "range(100000)";

    [Theory]
    [InlineData("{% for a in " + Thousands + " %}{% for b in " + Thousands + " %}{% endfor %}{% endfor %}")]
    [InlineData("{% set ns = namespace(x='ab') %}{% for a in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for a in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}")]
    [InlineData("{{ 'x' * 10 ** 12 }}")]
    [InlineData("{{ [0] * 10 ** 12 }}")]
    [InlineData("{{ range(10 ** 12) }}")]
    [InlineData("{{ 9 ** 9999 }}")]
    [InlineData("{{ '%999999999d' % 1 }}")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")]
    [InlineData("{% macro m() %}{% for i in range(9) %}{{ m() }}{% endfor %}{% endmacro %}{{ m() }}")]
    [InlineData("{% set ns = namespace(x=[]) %}{% for a in " + Thousands + " %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}")]
    [InlineData("{% set ns = namespace(x=[]) %}{% for a in " + Thousands + " %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x == [ns.x] }}")]
    [InlineData("{% set ns = namespace(x={}) %}{% for a in " + Thousands + " %}{% set ns.x = {'a': ns.x} %}{% endfor %}{{ ns.x | tojson }}")]
    [InlineData("{% set x = 'a' * 1000000 %}{% for a in " + Thousands + " %}{{ x | upper | length }}{% endfor %}")]
    [InlineData("{{ ''.join(['ab' * 1000000] * 1000) }}")]
    public void A_template_that_would_never_end_is_stopped(string template)
    {
        var parsed = JinjaTemplate.Parse(template);

        Should.Throw<HoneException>(() => parsed.Render([], TimeProvider.System)).Message.ShouldStartWith("The chat template stops at its line 1: ");
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("not ", "")]
    [InlineData("-", "")]
    [InlineData("1 + ", "")]
    public void Source_nested_beyond_the_stack_is_refused(string open, string close)
    {
        string nested = string.Concat(Enumerable.Repeat(open, 200_000)) + "1" + string.Concat(Enumerable.Repeat(close, 200_000));

        Should.Throw<HoneException>(() => JinjaTemplate.Parse("{{ " + nested + " }}").Render([], TimeProvider.System));
    }

    [Fact]
    public void Blocks_nested_beyond_the_stack_are_refused() =>
        Should.Throw<HoneException>(() => JinjaTemplate.Parse(string.Concat(Enumerable.Repeat("{% if 1 %}", 200_000))));

    [Theory]
    [InlineData("a\n{% if x %}b", "line 2", "endif")]
    [InlineData("{{ a", "line 1", "}}")]
    [InlineData("\n\n{% nonsense %}", "line 3", "nonsense")]
    [InlineData("{{ a ! b }}", "line 1", "'!'")]
    [InlineData("{{ 'abc }}", "line 1", "string")]
    [InlineData("{# abc", "line 1", "#}")]
    [InlineData("{% for x %}{% endfor %}", "line 1", "'in'")]
    [InlineData("{{ (1 }}", "line 1", "')'")]
    [InlineData("{{ 99999999999999999999 }}", "line 1", "too large")]
    [InlineData("{% raw %}abc", "line 1", "endraw")]
    [InlineData("{% include 'x' %}", "line 1", "include")]
    public void A_syntax_error_names_its_line_and_reason(string template, string line, string reason)
    {
        string message = Should.Throw<HoneException>(() => JinjaTemplate.Parse(template)).Message;

        message.ShouldContain(line);
        message.ShouldContain(reason);
    }

    [Fact]
    public void A_failure_while_rendering_names_its_line()
    {
        var template = JinjaTemplate.Parse("one\n{% if true %}\n  {{ 'a' + 1 }}\n{% endif %}");

        Should.Throw<HoneException>(() => template.Render([], TimeProvider.System))
            .Message.ShouldBe("The chat template stops at its line 3: can only concatenate str (not \"int\") to str");
    }
}
