using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.DataSets;

public sealed class PairsCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-pairs-").FullName;

    string Output => Path.Combine(_folder, "pairs.jsonl");

    [Fact]
    public void Documents_and_tables_become_pairs()
    {
        string text = Write("corpus.txt", "The lake\nThe lake lies in the north.\n<|endofdoc|>\n湖\n湖在很远很远很远很远很远很远的北方。\n");
        string table = Write("pairs.tsv", "english\tchinese\nHello.\t你好。\nThanks.\t谢谢。\n");

        CliRun run = CliRun.Of("data", "pairs", text, table, "--output", Output, "--max", "1");

        run.ExitCode.ShouldBe(0, run.Error);
        File.ReadAllLines(Output).ShouldBe(["""{"anchor":"The lake","positive":"The lake lies in the north."}""", """{"anchor":"Hello.","positive":"你好。"}"""]);
        run.Output.ShouldContain("corpus.txt: 1 pair");
    }

    [Fact]
    public void Word_dropout_is_a_share_and_for_text()
    {
        string text = Write("corpus.txt", "The lake\nThe lake lies in the north. It is cold and deep all year.\n");
        string table = Write("pairs.tsv", "english\tchinese\nHello.\t你好。\n");

        CliRun both = CliRun.Of("data", "pairs", text, table, "--output", Output, "--word-dropout", "1");
        CliRun tables = CliRun.Of("data", "pairs", table, "--output", Output, "--force", "--word-dropout", "1");
        CliRun more = CliRun.Of("data", "pairs", text, "--output", Output, "--force", "--word-dropout", "1.5");

        both.ExitCode.ShouldBe(0, both.Error);
        File.ReadAllLines(Output).Length.ShouldBe(4);
        tables.ExitCode.ShouldBe(1);
        tables.Error.ShouldContain("--word-dropout is for sentences of text");
        more.ExitCode.ShouldBe(2);
        more.Error.ShouldContain("--word-dropout must lie between 0 and 1.");
    }

    [Fact]
    public void A_file_that_exists_is_replaced_only_when_that_is_asked_for()
    {
        string table = Write("pairs.tsv", "english\tchinese\nHello.\t你好。\n");
        File.WriteAllText(Output, "mine");

        CliRun refused = CliRun.Of("data", "pairs", table, "--output", Output);
        string kept = File.ReadAllText(Output);
        CliRun itself = CliRun.Of("data", "pairs", table, "--output", table, "--force");
        CliRun named = CliRun.Of("data", "pairs", table, "--output", Path.Combine(_folder, "pairs.csv"));
        CliRun replaced = CliRun.Of("data", "pairs", table, "--output", Output, "--force");

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("exists already. Name another file with --output, or replace it with --force.");
        kept.ShouldBe("mine");
        itself.Error.ShouldContain("is the file that is read");
        named.Error.ShouldContain("what is written is JSON Lines");
        replaced.ExitCode.ShouldBe(0, replaced.Error);
        File.ReadAllText(Output).ShouldBe("""{"anchor":"Hello.","positive":"你好。"}""" + "\n");
    }

    [Fact]
    public void A_column_that_looks_like_a_label_is_not_passed_over_without_a_word()
    {
        string table = Write("labels.csv", "a,b,label,note\nx,y,1,n\nz,w,0,m\n");

        CliRun run = CliRun.Of("data", "pairs", table, "--output", Output);
        CliRun scored = CliRun.Of("data", "pairs", table, "--score", "label", "--output", Output, "--force");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("not used: label, note");
        run.Output.ShouldContain("label holds only 0 and 1");
        run.Output.ShouldContain("--score label makes scored pairs");
        scored.Output.ShouldContain("not used: note");
        scored.Output.ShouldNotContain("holds only 0 and 1");
    }

    [Fact]
    public void Columns_that_look_like_scores_or_negatives_are_named_with_their_options()
    {
        string scores = Write("scores.csv", "a,b,similarity,id\nx,y,4.75,17\nz,w,0,18\n");
        string negatives = Write("negatives.csv", "title,body,neg_title,region\nx,y,n,r\nz,w,m,s\n");

        CliRun scored = CliRun.Of("data", "pairs", scores, "--output", Output);
        CliRun triplets = CliRun.Of("data", "pairs", negatives, "--output", Output, "--force");
        CliRun told = CliRun.Of("data", "pairs", negatives, "--negative", "neg_title", "--output", Output, "--force");

        scored.Output.ShouldContain("similarity holds only numbers from 0 to 5");
        scored.Output.ShouldContain("--score similarity makes scored pairs");
        triplets.Output.ShouldContain("--negative neg_title makes triplets");
        told.Output.ShouldNotContain("makes triplets");
    }

    [Fact]
    public void A_score_in_the_first_column_is_no_text()
    {
        string table = Write("scored.csv", "score,note,q,d\n0.5,n,a,b\n0.75,m,c,d\n");

        CliRun run = CliRun.Of("data", "pairs", table, "--header", "--score", "score", "--positive", "d", "--output", Output);
        CliRun twice = CliRun.Of("data", "pairs", table, "--header", "--anchor", "q", "--positive", "q", "--output", Output, "--force");

        run.ExitCode.ShouldBe(0, run.Error);
        File.ReadAllLines(Output)[0].ShouldBe("""{"sentence1":"n","sentence2":"b","score":0.5}""");
        twice.ExitCode.ShouldBe(1);
        twice.Error.ShouldContain("The column q is named for two things.");
    }

    [Fact]
    public void A_list_of_negatives_stays_a_list()
    {
        string rows = Write("triplets.jsonl", """{"anchor":"a","positive":"b","negative":["c"," d ",""]}""" + "\n" + """{"anchor":"e","positive":"f","negative":[]}""" + "\n");

        CliRun run = CliRun.Of("data", "pairs", rows, "--negative", "negative", "--output", Output);

        run.ExitCode.ShouldBe(0, run.Error);
        File.ReadAllLines(Output).ShouldBe(["""{"anchor":"a","positive":"b","negative":["c","d"]}""", """{"anchor":"e","positive":"f"}"""]);
    }

    [Fact]
    public void A_row_without_a_negative_is_still_a_pair()
    {
        string table = Write("triplets.csv", "a,b,c\nx,y,z\nu,v,\n");

        CliRun run = CliRun.Of("data", "pairs", table, "--negative", "c", "--output", Output);

        run.ExitCode.ShouldBe(0, run.Error);
        File.ReadAllLines(Output).ShouldBe(["""{"anchor":"x","positive":"y","negative":"z"}""", """{"anchor":"u","positive":"v"}"""]);
        run.Output.ShouldContain("1 row without c became a pair alone");
    }

    [Fact]
    public void Numbers_of_a_table_in_json_are_scores()
    {
        string table = Write("sts.jsonl", """
            {"sentence1": "A dog runs.", "sentence2": "A dog is running.", "score": 4.5}
            {"sentence1": "A dog runs.", "sentence2": "The sun shines.", "score": "0"}
            """);

        CliRun run = CliRun.Of("data", "pairs", table, "--output", Output, "--score", "score");

        run.ExitCode.ShouldBe(0, run.Error);
        File.ReadAllLines(Output).ShouldBe([
            """{"sentence1":"A dog runs.","sentence2":"A dog is running.","score":4.5}""",
            """{"sentence1":"A dog runs.","sentence2":"The sun shines.","score":0}""",
        ]);
    }

    [Fact]
    public void Columns_are_named_and_rows_without_a_text_are_left_out_with_their_count()
    {
        string table = Write("faq.csv", "1,How do I pay?,By card.,By post.\n2,Where is it?,,Nowhere.\n3,Who are you?,A shop.,A bird.\n");

        CliRun run = CliRun.Of("data", "pairs", table, "--no-header", "--anchor", "column2", "--positive", "column3", "--negative", "column4", "--output", Output);

        run.ExitCode.ShouldBe(0, run.Error);
        File.ReadAllLines(Output).ShouldBe([
            """{"anchor":"How do I pay?","positive":"By card.","negative":"By post."}""",
            """{"anchor":"Who are you?","positive":"A shop.","negative":"A bird."}""",
        ]);
        run.Output.ShouldContain("pairs of the columns column2, column3, column4");
        run.Output.ShouldContain("column3 is empty in 1 row (line 2)");
        run.Output.ShouldContain("1 row was left out");
    }

    [Theory]
    [InlineData(1, "There is no column nosuch. The columns are: a, b, c.", "--anchor", "nosuch")]
    [InlineData(1, "There is no column nosuch. The columns are: a, b, c.", "--score", "nosuch")]
    [InlineData(1, "line 2, column b: this is no number", "--score", "b")]
    [InlineData(1, "--sheet is for workbooks", "--sheet", "one")]
    [InlineData(2, "--score or --negative", "--score", "b", "--negative", "b")]
    public void Options_that_do_not_fit_the_table_are_refused(int exitCode, string reason, params string[] options)
    {
        CliRun run = CliRun.Of(["data", "pairs", Write("three.csv", "a,b,c\nx,y,u\nz,w,v\n"), "--output", Output, .. options]);

        run.ExitCode.ShouldBe(exitCode);
        run.Error.ShouldContain(reason);
        File.Exists(Output).ShouldBeFalse();
    }

    [Theory]
    [InlineData("--score", "x")]
    [InlineData("--encoding", "gb18030")]
    public void Options_of_tables_are_refused_for_plain_text(string option, string value)
    {
        CliRun run = CliRun.Of("data", "pairs", Write("corpus.txt", "The lake\nThe lake lies in the north.\n"), option, value, "--output", Output);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain($"corpus.txt is read as plain text, and {option} is for tables.");
    }

    [Fact]
    public void A_table_of_one_column_is_refused_and_nothing_is_written()
    {
        string table = Write("one.csv", "text\nhello\nworld\n");
        string scored = Write("two.csv", "text,score\nhello,1\nworld,0\n");

        CliRun run = CliRun.Of("data", "pairs", table, "--output", Output);
        CliRun other = CliRun.Of("data", "pairs", scored, "--score", "score", "--output", Output);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("two are needed for pairs");
        other.ExitCode.ShouldBe(1);
        other.Error.ShouldContain("has 1 column for texts beside those that are named; two are needed for pairs");
        File.Exists(Output).ShouldBeFalse();
    }

    [Theory]
    [InlineData("empty.txt", "", "no pairs were found")]
    [InlineData("bad.jsonl", "{\"a\": \"x\", \"b\":\n", "line contains invalid json")]
    public void Nothing_to_write_and_a_bad_table_are_errors(string name, string text, string message)
    {
        CliRun run = CliRun.Of("data", "pairs", Write(name, text), "--output", Output);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(message);
        File.Exists(Output).ShouldBeFalse();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
