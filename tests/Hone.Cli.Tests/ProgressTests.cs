using System.CommandLine;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests;

public sealed class ProgressTests
{
    readonly SettableClock _clock = new();

    [Fact]
    public void Off_a_terminal_there_is_a_line_every_few_seconds_and_a_last_one()
    {
        CliRun run = Steps(terminalWidth: 0);

        run.Output.ShouldBe("0/10  loss 10\n5/10  loss 5  5 s left\n10/10  loss 0  10 s\n");
    }

    [Fact]
    public void On_a_terminal_one_line_is_redrawn_and_stays_within_the_width()
    {
        CliRun run = Steps(terminalWidth: 40);

        string[] drawn = run.Output.Split("\r\e[K");
        drawn.Length.ShouldBe(11);
        drawn.ShouldAllBe(line => line.TrimEnd('\n').Length < 40);
        drawn[5].ShouldStartWith(new string('█', 12) + new string('░', 12) + " 5/10  loss 5");
        drawn[10].ShouldEndWith("\n");
    }

    [Fact]
    public void With_json_nothing_is_drawn() => Steps(terminalWidth: 40, "--json").Output.ShouldBeEmpty();

    [Theory]
    [InlineData(7.2, "8 s")]
    [InlineData(125, "2:05")]
    [InlineData(100_925, "28:02:05")]
    public void Durations_are_short(double seconds, string expected) => Progress.Duration(TimeSpan.FromSeconds(seconds)).ShouldBe(expected);

    CliRun Steps(int terminalWidth, params string[] args) =>
        CliRun.Of(
            [
                () =>
                    new Command("act", "Acts").Does(
                        (_, output) =>
                        {
                            using Progress progress = new(output, 10, _clock);
                            for (int step = 0; step <= 10; step++)
                            {
                                progress.Report(step, $"loss {10 - step}");
                                _clock.Now += TimeSpan.FromSeconds(1);
                            }
                        }
                    ),
            ],
            ["act", .. args],
            terminalWidth: terminalWidth
        );

    sealed class SettableClock : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
