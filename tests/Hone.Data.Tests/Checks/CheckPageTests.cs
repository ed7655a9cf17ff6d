using System.Xml;
using System.Xml.Linq;
using Hone.Data.Checks;
using Hone.Data.Checks.Reports;
using Hone.Data.Tests.Formats;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Checks;

public class CheckPageTests
{
    [Fact]
    public void The_page_has_findings_numbers_plots_and_costs()
    {
        string text = string.Join('\n', Enumerable.Range(0, 60).Select(i => $$"""{"messages": [{"role": "user", "content": "{{new string('a', i)}}"}, {"role": "assistant", "content": "{{(i % 4 == 0 ? "ham" : "spam")}}"}]}"""));

        XElement page = Page(text + "\n{");

        string words = page.Value;
        foreach (string expected in (string[])["This file cannot be trained on as it is.", "invalid_json", "missing_system", "Tokens per example", "Class balance", "Tokens per example by class", "gpt-4o-mini", "45 · 75.0 %"])
            words.ShouldContain(expected);
        page.Descendants().Count(element => element.Name.LocalName == "svg").ShouldBe(4);
        page.Descendants().Where(element => element.Name.LocalName == "rect").ShouldNotBeEmpty();
    }

    [Fact]
    public void Whatever_the_file_says_stays_text()
    {
        const string evil = "<script>alert(1)</script>&\\\"'";
        string text = string.Join('\n', Enumerable.Repeat($$"""{"prompt": "p", "completion": "{{evil}}"}""", 5).Concat(Enumerable.Repeat("""{"prompt": "p", "completion": "b\u0000\u001b"}""", 5)));

        XElement page = Page(text + $$"""{{"\n"}}{"prompt": "p", "completion": "b", "{{evil}}": 1}""");

        page.Descendants().ShouldNotContain(element => element.Name.LocalName == "script");
        page.Value.ShouldContain("<script>alert(1)</script>&\"'");
    }

    [Fact]
    public void Nothing_comes_from_elsewhere()
    {
        XElement page = Page("""{"prompt": "a", "completion": "b"}""");

        page.Descendants().Attributes().ShouldNotContain(attribute => attribute.Name.LocalName == "src" || attribute.Name.LocalName == "href");
        page.ToString().ShouldNotContain("url(");
        page.ToString().ShouldNotContain("@import");
    }

    [Fact]
    public void The_page_is_Chinese_where_that_is_the_language()
    {
        Text.IsChinese = true; // of this test alone

        XElement page = Page("""{"prompt": "a", "completion": "b"}""");

        page.Attribute("lang")!.Value.ShouldBe("zh");
        page.Value.ShouldContain("该文件目前无法用于训练");
        page.Value.ShouldContain("每个样本的词元数");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    public void A_file_without_any_example_has_a_page_too(string text) => Page(text).Value.ShouldContain("This file cannot be trained on as it is.");

    static XElement Page(string text)
    {
        using TextFile file = new(text);
        string html = CheckPage.Of(DatasetCheck.Run(file.Path, new CheckOptions(), cancel: TestContext.Current.CancellationToken));
        using XmlReader reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader).Root!;
    }
}
