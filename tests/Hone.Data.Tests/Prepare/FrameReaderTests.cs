using System.Text.Json;
using Hone.Data.Formats;
using Hone.Data.Prepare;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Prepare;

public class FrameReaderTests
{
    [Fact]
    public void Columns_are_those_of_all_rows_and_cells_become_text()
    {
        Frame frame = FrameReader.Read(Lines("""{"prompt": "a", "completion": 1.50}""", """{"prompt": null, "completion": true, "id": 7}""", """{"completion": "c"}"""));

        frame.Columns.ShouldBe(["prompt", "completion", "id"]);
        frame.Rows.ShouldBe([new FrameRow(1, "a", "1.50"), new FrameRow(2, "", "true"), new FrameRow(3, "", "c")]);
    }

    [Fact]
    public void Columns_in_another_case_are_read_too() =>
        FrameReader.Read(Lines("""{"PROMPT": "a", "Completion": "b"}""")).Rows.ShouldBe([new FrameRow(1, "a", "b")]);

    [Fact]
    public void A_cell_that_is_no_text_is_refused_with_its_line() =>
        Should.Throw<HoneException>(() => FrameReader.Read(Lines("""{"prompt": "a", "completion": "b"}""", """{"prompt": ["a"], "completion": "b"}""")))
            .Message.ShouldStartWith("Line 2: `prompt` is a list.");

    [Fact]
    public void A_file_beyond_the_memory_is_refused_at_its_line()
    {
        string line = JsonSerializer.Serialize(new { prompt = new string('a', 1000), completion = "b" });

        FrameReader.Read(Lines(line, line), mostBytes: 2 * (2002 + 96)).Rows.Count.ShouldBe(2);
        Should.Throw<HoneException>(() => FrameReader.Read(Lines(line, line), mostBytes: (2 * (2002 + 96)) - 1)).Message.ShouldContain("from line 2 on");
    }

    static JsonLine[] Lines(params string[] lines) => [.. lines.Select((line, i) => new JsonLine(i + 1, i + 1, JsonElement.Parse(line)))];
}
