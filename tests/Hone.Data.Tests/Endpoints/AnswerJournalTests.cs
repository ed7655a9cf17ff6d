using Hone.Data.Endpoints;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Endpoints;

public sealed class AnswerJournalTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-journal-").FullName;

    string Place => Path.Combine(_folder, "answers.journal");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Answers_and_costs_are_there_again_after_a_restart()
    {
        using (AnswerJournal journal = AnswerJournal.Open(Place))
        {
            journal.Add(1, "你好 \"x\"\n", new TokensSpent(5, 2));
            journal.AddSpent(new TokensSpent(7, 3));
            journal.Add(UInt128.MaxValue, "", new TokensSpent(1, 1));
        }

        using AnswerJournal again = AnswerJournal.Open(Place);

        again.Count.ShouldBe(2);
        again.Find(1).ShouldBe("你好 \"x\"\n");
        again.Find(UInt128.MaxValue).ShouldBe("");
        again.Find(2).ShouldBeNull();
        again.Spent.ShouldBe(new TokensSpent(13, 6));
    }

    [Fact]
    public void However_the_last_line_was_torn_the_lines_before_it_stay_and_new_ones_follow_them()
    {
        using (AnswerJournal journal = AnswerJournal.Open(Place))
        {
            journal.Add(1, "一", new TokensSpent(1, 1));
            journal.Add(2, "two", new TokensSpent(1, 1));
        }
        byte[] whole = File.ReadAllBytes(Place);
        int first = Array.IndexOf(whole, (byte)'\n') + 1;

        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(Place, whole[..length]);
            using (AnswerJournal torn = AnswerJournal.Open(Place))
            {
                torn.Count.ShouldBe(length >= first ? 1 : 0);
                torn.Add(3, "three", new TokensSpent(1, 1));
            }
            using AnswerJournal after = AnswerJournal.Open(Place);
            after.Find(3).ShouldBe("three");
            after.Find(1).ShouldBe(length >= first ? "一" : null);
        }
    }

    [Theory]
    [InlineData("{}\n")]
    [InlineData("{\"prompt_tokens\":1,\"completion_tokens\":1,\"key\":\"zz\",\"text\":\"\"}\n")]
    [InlineData("{\"prompt_tokens\":\"1\",\"completion_tokens\":1}\n")]
    [InlineData("[1]\n")]
    [InlineData("Dear diary\n")]
    [InlineData("Dear diary")]
    [InlineData("{\"key\":\"value\"}")]
    [InlineData("{\"key\":\"0123456789abcdef0123456789abcdef\",\"name\":\"x\"}")]
    [InlineData("{\"prompt\":\"Q\",\"completion\":\"A\"}")]
    public void Another_file_is_not_taken_for_a_journal_and_left_as_it_is(string content)
    {
        File.WriteAllText(Place, content);

        Should.Throw<HoneException>(() => AnswerJournal.Open(Place)).Message.ShouldContain("line 1");

        File.ReadAllText(Place).ShouldBe(content);
    }

    [Fact]
    public void Two_runs_do_not_share_a_journal()
    {
        using AnswerJournal one = AnswerJournal.Open(Place);

        Should.Throw<HoneException>(() => AnswerJournal.Open(Place)).Message.ShouldContain("another run");
    }
}
