using System.Globalization;

namespace Hone.Cli;

/// <summary>How far long work is: a bar on a terminal, a line every few seconds elsewhere, nothing with <c>--json</c>.</summary>
/// <example><c>using Progress progress = new(output, steps); … progress.Report(step, "loss 1.234  812 tokens/s");</c></example>
sealed class Progress(Output output, long total, TimeProvider? clock = null) : IDisposable
{
    const int BarWidth = 24;
    static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    readonly TimeProvider _clock = clock ?? TimeProvider.System;
    readonly long _start = (clock ?? TimeProvider.System).GetTimestamp();
    long _firstDone = -1;
    long _lastDrawn;
    bool _isDrawn;
    bool _isBarOpen;

    /// <summary>Says that <paramref name="done"/> of the total is done; <paramref name="details"/> stands behind the bar.</summary>
    public void Report(long done, string details)
    {
        if (output.IsJson)
            return;
        if (_firstDone < 0)
            _firstDone = done; // A resumed run starts in the middle: what was done before took no time now.

        TimeSpan interval = output.TerminalWidth > 0 ? RedrawInterval : LineInterval;
        if (_isDrawn && done < total && _clock.GetElapsedTime(_lastDrawn) < interval)
            return;
        _lastDrawn = _clock.GetTimestamp();
        _isDrawn = true;

        string text = $"{done:N0}/{total:N0}  {details}  {TimeLeft(done)}".TrimEnd();
        if (output.TerminalWidth > 0)
            DrawBar(done, text);
        else
            output.Line(text);
    }

    /// <summary>Prints a line above the bar.</summary>
    public void Line(string text)
    {
        EraseBar();
        output.Line(text);
    }

    public void Dispose()
    {
        if (_isBarOpen)
            output.Line();
        _isBarOpen = false;
    }

    /// <summary>A time as people read it: <c>8 s</c>, <c>2:05</c>, <c>1:02:05</c>.</summary>
    public static string Duration(TimeSpan time) =>
        time < TimeSpan.FromMinutes(1) ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds):0} s")
        : time < TimeSpan.FromHours(1) ? time.ToString(@"m\:ss", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time:mm\\:ss}");

    string TimeLeft(long done)
    {
        long doneHere = done - _firstDone;
        TimeSpan elapsed = _clock.GetElapsedTime(_start);
        if (done >= total)
            return Duration(elapsed);
        if (doneHere <= 0)
            return "";
        string left = Duration(elapsed / doneHere * (total - done));
        return Text.Of($"{left} left", $"剩余 {left}");
    }

    void DrawBar(long done, string text)
    {
        int filled = total > 0 ? (int)(BarWidth * Math.Min(done, total) / total) : 0;
        string bar = new string('█', filled) + new string('░', BarWidth - filled);
        EraseBar();
        output.Write(ScreenWidth.Cut($"{bar} {text}", output.TerminalWidth - 1));
        _isBarOpen = true;
    }

    void EraseBar()
    {
        if (_isBarOpen)
            output.Write("\r\e[K");
        _isBarOpen = false;
    }
}
