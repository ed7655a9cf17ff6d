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
    public void A_file_without_rows_has_none()
    {
        Frame frame = FrameReader.Read([]);

        frame.Rows.ShouldBeEmpty();
        frame.Columns.ShouldBeEmpty();
        frame.Different.Count.ShouldBe(0);
    }

    [Fact]
    public void The_rules_say_the_same_of_rows_on_disk_and_in_memory()
    {
        string[] lines = [.. Enumerable.Range(0, 300).Select(i => i % 290).Select(i => JsonSerializer.Serialize(new { prompt = $"What is {i}?", completion = i % 50 == 0 ? "" : $"It is {new string('好', i * i % 11_000)}{i}", id = i }))];
        using Frame onDisk = FrameReader.Read(Lines(lines));
        Frame inMemory = onDisk with { Rows = [.. onDisk.Rows] };

        PrepareRun disk = new(onDisk);
        PrepareRun memory = new(inMemory);

        disk.Preparation.Remedies.Select(remedy => remedy.Finding).ShouldBe(memory.Preparation.Remedies.Select(remedy => remedy.Finding));
        disk.Fixed().Rows.ShouldBe(memory.Fixed().Rows);
        disk.Preparation.Frame.Rows.Count.ShouldBeLessThan(290);
    }

    static JsonLine[] Lines(params string[] lines) => [.. lines.Select((line, i) => new JsonLine(i + 1, i + 1, JsonElement.Parse(line)))];
}
