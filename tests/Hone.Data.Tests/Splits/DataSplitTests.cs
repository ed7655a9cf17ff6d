using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Sources;
using Hone.Data.Splits;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Splits;

public sealed class DataSplitTests
{
    sealed record Row(int Class, int Group, int Prompt, int Time);

    static readonly Gen<Row> AnyRow =
        from each in Gen.Choose(0, 3)
        from owner in Gen.Choose(0, 9)
        from prompt in Gen.Choose(0, 30)
        from time in Gen.Choose(0, 50)
        select new Row(each, owner, prompt, time);

    static readonly Gen<Row[]> AnyRows = AnyRow.ListOf().Where(rows => rows.Count > 2).Select(rows => rows.ToArray());

    [Fact]
    public void Without_ties_the_parts_have_their_sizes_within_one_and_classes_theirs() =>
        Always.Holds(AnyRows, rows =>
        {
            (SplitPart Part, Row Row)[] split = Split([.. rows.Select((row, i) => row with { Prompt = i })], new SplitSettings { ClassColumn = "class" });

            split.Length.ShouldBe(rows.Length);
            if (rows.Length < 20)
                return; // No part that is wanted stays empty, which takes from others where there are few rows.
            foreach (SplitPart part in Enum.GetValues<SplitPart>())
            {
                double share = (double)SplitRatios.Default.Shares[(int)part];
                Math.Abs(split.Count(each => each.Part == part) - rows.Length * share).ShouldBeLessThan(1);
                for (int name = 0; name <= 3; name++)
                    Math.Abs(split.Count(each => each.Part == part && each.Row.Class == name) - rows.Count(row => row.Class == name) * share).ShouldBeLessThan(1 + 1e-9);
            }
        });

    [Fact]
    public void Groups_and_equal_prompts_are_never_torn_and_every_row_is_in_one_part() =>
        Always.Holds(AnyRows.Where(rows => Sets(rows) >= 3), rows =>
        {
            (SplitPart Part, Row Row)[] split = Split(rows, new SplitSettings { GroupColumn = "group" });

            split.Select(each => each.Row).ShouldBe(rows);
            split.GroupBy(each => each.Row.Group).ShouldAllBe(group => group.Select(each => each.Part).Distinct().Count() == 1);
            split.GroupBy(each => each.Row.Prompt).ShouldAllBe(group => group.Select(each => each.Part).Distinct().Count() == 1);
            split.Select(each => each.Part).Distinct().Count().ShouldBe(3);
        });

    [Fact]
    public void By_time_no_later_part_begins_before_an_earlier_one_ends() =>
        Always.Holds(AnyRows, rows =>
        {
            (SplitPart Part, Row Row)[] split = Split([.. rows.Select((row, i) => row with { Prompt = i })], new SplitSettings { TimeColumn = "time" });

            int[] times = [.. split.OrderBy(each => each.Part).ThenBy(each => each.Row.Time).Select(each => each.Row.Time)];
            times.ShouldBe(times.Order());
            split.Select(each => each.Part).Distinct().Count().ShouldBe(3);
        });

    [Fact]
    public void By_time_rows_of_the_same_moment_keep_their_order() =>
        Always.Holds(AnyRows, rows =>
        {
            (SplitPart Part, Row Row)[] split = Split([.. rows.Select((_, i) => new Row(0, 0, i, 7))], new SplitSettings { TimeColumn = "time" });

            split.Select(each => each.Part).ShouldBe(split.Select(each => each.Part).Order());
        });

    [Fact]
    public void By_time_a_set_that_stays_together_is_as_old_as_its_newest_row() =>
        Always.Holds(AnyRows.Where(rows => Sets(rows) >= 3), rows =>
        {
            (SplitPart Part, Row Row)[] split = Split(rows, new SplitSettings { TimeColumn = "time", GroupColumn = "group" });

            int newestOfTraining = split.Where(each => each.Part == SplitPart.Train).Max(each => each.Row.Time);
            int newestOfTest = split.Where(each => each.Part == SplitPart.Test).Max(each => each.Row.Time);
            newestOfTraining.ShouldBeLessThanOrEqualTo(newestOfTest);
            split.GroupBy(each => each.Row.Group).ShouldAllBe(group => group.Select(each => each.Part).Distinct().Count() == 1);
        });

    [Fact]
    public void The_seed_alone_decides()
    {
        Row[] rows = [.. Enumerable.Range(0, 100).Select(i => new Row(i % 2, i, i, i))];

        SplitPart[] Parts(ulong seed) => [.. Split(rows, new SplitSettings { Seed = seed }).Select(each => each.Part)];

        Parts(1).ShouldBe(Parts(1));
        Parts(1).ShouldNotBe(Parts(2));
    }

    [Fact]
    public void Nearly_equal_prompts_stay_together_unless_they_may_be_parted()
    {
        // Forty questions, each four times with another number behind it.
        string[] topics = [.. Enumerable.Range(0, 40).Select(i => $"{(char)('a' + i % 26)}{i} please explain how item {i} of list {i * 7} differs from entry {i * 3} when shelf {i + 50} is empty")];
        JsonLine[] rows = [.. topics.SelectMany(topic => Enumerable.Range(0, 4).Select(n => $"{topic}, version {n}")).Select((text, i) => Line(i, new { messages = new object[] { new { role = "user", content = text }, new { role = "assistant", content = "ok" } } }))];

        int Torn(double? similarity)
        {
            SplitPart[] parts = [.. Parts(Rows(rows), new SplitSettings { Similarity = similarity })];
            return parts.Chunk(4).Count(group => group.Distinct().Count() > 1);
        }

        Torn(0.8).ShouldBe(0);
        Torn(1).ShouldBeGreaterThan(0);
        Torn(null).ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Equal_prompts_stay_together_at_a_similarity_of_one_and_are_parted_without()
    {
        Row[] rows = [.. Enumerable.Range(0, 200).Select(i => new Row(0, 0, i % 20, i))];

        bool IsTorn(double? similarity) => Split(rows, new SplitSettings { Similarity = similarity }).GroupBy(each => each.Row.Prompt).Any(group => group.Select(each => each.Part).Distinct().Count() > 1);

        IsTorn(1).ShouldBeFalse();
        IsTorn(null).ShouldBeTrue();
    }

    [Fact]
    public void Answers_are_classes_where_each_stands_for_three_rows()
    {
        JsonLine Chat(int i, string answer) => Line(i, new { messages = new object[] { new { role = "user", content = $"q{i} {i * i}" }, new { role = "assistant", content = answer } } });

        SplitReport classes = Plan(Rows([.. Enumerable.Range(0, 30).Select(i => Chat(i, i % 3 == 0 ? "no" : "yes"))]), new SplitSettings()).Report;
        SplitReport free = Plan(Rows([.. Enumerable.Range(0, 30).Select(i => Chat(i, $"a{i / 2}"))]), new SplitSettings()).Report;

        classes.Classes.Select(each => (each.Name, string.Join('/', each.Rows))).ShouldBe([("yes", "16/2/2"), ("no", "8/1/1")]);
        free.Classes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("2026-03-31", "2026-03-31T00:00:00Z")]
    [InlineData("2026-03-31T08:30:00+08:00", "2026-03-31T00:30:00Z")]
    [InlineData("2026/3/31 08:30", "2026-03-31T08:30:00Z")]
    [InlineData("31 Mar 2026", "2026-03-31T00:00:00Z")]
    [InlineData("2026年3月31日", "2026-03-31T00:00:00Z")]
    [InlineData("2026 年 3 月 31 日 8:30", "2026-03-31T08:30:00Z")]
    [InlineData("31-Mar-26", "2026-03-31T00:00:00Z")]
    [InlineData("Tue, 31 Mar 2026 08:30:00 GMT", "2026-03-31T08:30:00Z")]
    [InlineData("2026-03-31 16:30:00+0800", "2026-03-31T08:30:00Z")]
    [InlineData("20260331", "2026-03-31T00:00:00Z")]
    [InlineData("2026", "2026-01-01T00:00:00Z")]
    [InlineData("1774945800", "2026-03-31T08:30:00Z")]
    [InlineData("1774945800000", "2026-03-31T08:30:00Z")]
    [InlineData("1774945800.5", "2026-03-31T08:30:00.5Z")]
    public void Times_are_read_as_people_and_programs_write_them(string text, string expected)
    {
        DateTimeOffset time = DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture);

        RowTime.Ticks(JsonSerializer.SerializeToElement(text)).ShouldBe(time.UtcTicks);
        if (double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out double number))
            RowTime.Ticks(JsonSerializer.SerializeToElement(number)).ShouldBe(time.UtcTicks);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("03/04/2026")]
    [InlineData("3.4.26")]
    [InlineData("")]
    [InlineData("2026-13-01")]
    [InlineData("10:30")]
    [InlineData("10:30:00.1234")]
    [InlineData("10:30 +0800")]
    [InlineData("5 May")]
    [InlineData("May 5 10:30")]
    [InlineData("5/1")]
    [InlineData("Monday")]
    [InlineData("1e300")]
    [InlineData("NaN")]
    public void What_is_no_time_or_could_be_two_is_refused(string text) => RowTime.Ticks(JsonSerializer.SerializeToElement(text)).ShouldBeNull();

    [Fact]
    public void A_value_that_is_no_time_is_shown_in_short_and_steers_no_terminal()
    {
        JsonLine[] rows = [Line(0, new { prompt = "a", completion = "b", day = "\e[2Jsoon " + new string('x', 500) })];

        string message = Should.Throw<HoneException>(() => Plan(Rows(rows), new SplitSettings { TimeColumn = "day" })).Message;

        message.ShouldStartWith("Line 1: [2Jsoon xxx");
        message.Length.ShouldBeLessThan(250);
        message.ShouldNotContain('\e');
    }

    [Fact]
    public void A_time_of_day_alone_is_refused_whatever_the_day_of_the_run()
    {
        JsonLine[] rows = [Line(0, new { prompt = "a", completion = "b", at = "10:30" })];

        Should.Throw<HoneException>(() => Plan(Rows(rows), new SplitSettings { TimeColumn = "at" })).Message.ShouldStartWith("Line 1: 10:30 in the column at is no time, or one without its day and year.");
    }

    [Fact]
    public void A_row_without_the_value_is_named()
    {
        JsonLine[] rows = [Line(0, new { prompt = "a", completion = "b", group = "x" }), Line(1, new { prompt = "a", completion = "b" })];

        Should.Throw<HoneException>(() => Plan(Rows(rows), new SplitSettings { GroupColumn = "group" })).Message.ShouldStartWith("Line 2 has no value in the column group");
        Should.Throw<HoneException>(() => Plan(Rows(rows), new SplitSettings { TimeColumn = "group" })).Message.ShouldStartWith("Line 1: x in the column group is no time");
        Should.Throw<HoneException>(() => Plan(Rows(rows), new SplitSettings { ClassColumn = "prompt.x" })).Message.ShouldStartWith("Line 1 has no value in the column prompt.x");
    }

    [Fact]
    public void Too_few_rows_or_sets_are_refused()
    {
        Row[] rows = [.. Enumerable.Range(0, 10).Select(i => new Row(0, i % 2, i, i))];

        Should.Throw<HoneException>(() => Split(rows[..2], new SplitSettings())).Message.ShouldStartWith("2 rows cannot fill 3 parts");
        Should.Throw<HoneException>(() => Split(rows, new SplitSettings { GroupColumn = "group" })).Message.ShouldStartWith("The 10 rows form only 2 sets");
        Should.Throw<HoneException>(() => Split([], new SplitSettings())).Message.ShouldBe("There are no rows to split.");
        Split(rows[..2], new SplitSettings { Ratios = SplitRatios.Parse("50/50") }).Select(each => each.Part).Order().ShouldBe([SplitPart.Train, SplitPart.Valid]);
    }

    [Fact]
    public void More_than_a_thousand_classes_are_none()
    {
        Row[] rows = [.. Enumerable.Range(0, 1100).Select(i => new Row(i, 0, i, i))];

        Should.Throw<HoneException>(() => Split(rows, new SplitSettings { ClassColumn = "class" })).Message.ShouldContain("more than 1000 different values in the column class");
    }

    [Fact]
    public void A_file_that_changes_while_it_is_read_is_noticed()
    {
        JsonLine[] rows = [.. Enumerable.Range(0, 50).Select(i => Line(i, new { prompt = $"p{i}", completion = "c" }))];
        int reads = 0;
        MappedRows changing = new(() => rows.Take(50 - reads++), null, keepsColumns: true);

        Should.Throw<HoneException>(() => Plan(changing, new SplitSettings())).Message.ShouldContain("changed while it was read");
    }

    /// <summary>How many sets of rows must stay together, slowly: sets that share a group or a prompt are merged until nothing changes.</summary>
    static int Sets(Row[] rows)
    {
        List<HashSet<int>> sets = [.. rows.Select((_, i) => new HashSet<int> { i })];
        bool Touch(HashSet<int> one, HashSet<int> other) => one.Any(i => other.Any(j => rows[i].Group == rows[j].Group || rows[i].Prompt == rows[j].Prompt));
        for (int i = 0; i < sets.Count; i++)
            for (int j = sets.Count - 1; j > i; j--)
                if (Touch(sets[i], sets[j]))
                {
                    sets[i].UnionWith(sets[j]);
                    sets.RemoveAt(j);
                    j = sets.Count;
                }
        return sets.Count;
    }

    static (SplitPart Part, Row Row)[] Split(Row[] rows, SplitSettings settings) =>
        [.. Parts(Rows([.. rows.Select((row, i) => Line(i, new { prompt = $"p{row.Prompt}", completion = "c", @class = $"c{row.Class}", group = row.Group, time = row.Time + 1_700_000_000 }))]), settings).Zip(rows)];

    static IEnumerable<SplitPart> Parts(MappedRows rows, SplitSettings settings) => Plan(rows, settings).Assign(rows).Select(each => each.Part);

    static DataSplit Plan(MappedRows rows, SplitSettings settings) => DataSplit.Plan(rows, settings);

    /// <summary>Rows as a JSON Lines file holds them, recognised as such a file is.</summary>
    static MappedRows Rows(JsonLine[] rows)
    {
        if (rows.Length == 0)
            return new MappedRows(() => rows, null, keepsColumns: true);
        using Formats.TextFile file = new(string.Concat(rows.Select(row => row.Value.GetRawText() + "\n")));
        var source = SourceFile.Open(file.Path, new SourceOptions { Format = "jsonl" });
        return new MappedRows(() => rows, RowMapping.Find(source), keepsColumns: true);
    }

    static JsonLine Line(int index, object value) => new(index + 1, index + 1, JsonSerializer.SerializeToElement(value));
}
