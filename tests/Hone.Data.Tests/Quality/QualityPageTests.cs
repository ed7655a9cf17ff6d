using System.Xml;
using System.Xml.Linq;
using Hone.Data.Quality;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality;

public sealed class QualityPageTests
{
    [Fact]
    public void The_page_has_scores_findings_figures_and_plots()
    {
        string[] train = [.. Enumerable.Range(0, 60).Select(i => QualityRun.Line($"the {QualityRun.Word(i)} is here", i % 4 == 0 ? "ham" : "spam")), QualityRun.Line("Call 13812345678", "ham"), QualityRun.Line("the aabo is here", "ham")];

        XElement page = Page(QualityRun.Of(train));

        foreach (string expected in (string[])["Quality of train.jsonl", "This data can be trained on", "personal_phone", "duplicates", "hone data quality train.jsonl --fix train_fixed.jsonl", "answers that refuse", "Class balance", "45 · 72.6 %", "Characters of a prompt", "Characters of an answer", "Call 138********"])
            page.Value.ShouldContain(expected);
        page.Descendants().Count(element => element.Name.LocalName == "svg").ShouldBe(4);
        page.Descendants().Attributes().ShouldNotContain(attribute => attribute.Name.LocalName == "src" || attribute.Name.LocalName == "href");
    }

    [Fact]
    public void Whatever_the_file_says_stays_text()
    {
        const string evil = "<script>alert(1)</script>&\u0001";

        XElement page = Page(QualityRun.Of([QualityRun.Line(evil, "one"), QualityRun.Line(evil, "two")]));

        page.Descendants().ShouldNotContain(element => element.Name.LocalName == "script");
        page.Value.ShouldContain("<script>alert(1)</script>&");
    }

    [Fact]
    public void The_page_is_Chinese_where_that_is_the_language()
    {
        Text.IsChinese = true; // of this test alone

        XElement page = Page(QualityRun.Of(QualityRun.Sound(40)));

        page.Attribute("lang")!.Value.ShouldBe("zh");
        page.Value.ShouldContain("train.jsonl 的质量报告");
        page.Value.ShouldContain("提示的字符数");
    }

    [Fact]
    public void A_file_that_should_not_be_trained_on_is_called_so() =>
        Page(QualityRun.Of([QualityRun.Line("key?", "sk-a8Kd72LmQ0xVb31ZtYw9")])).Value.ShouldContain("This data should not be trained on as it is.");

    static XElement Page(QualityReport report)
    {
        using XmlReader reader = XmlReader.Create(new StringReader(QualityPage.Of(report, "train.jsonl")), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader).Root!;
    }
}
