using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Hone.Server.Metrics;

/// <summary>One instrument: a value per combination of labels, named as Prometheus names it.</summary>
sealed class Family
{
    /// <summary>The label that names a model.</summary>
    public const string ModelLabel = "model";

    /// <summary>More combinations of labels than this are not kept: labels must never grow with the number of requests.</summary>
    const int MaxSeries = 2000;

    static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

    readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);
    readonly double[] _bounds = [];
    readonly bool _isObserved;

    public Family(Instrument instrument)
    {
        Description = instrument.Description ?? "";
        _isObserved = instrument.IsObservable;
        (Type, double[] bounds) = instrument switch
        {
            Histogram<double> histogram => ("histogram", histogram.Advice?.HistogramBucketBoundaries?.ToArray() ?? DefaultBounds),
            Histogram<long> or Histogram<int> or Histogram<float> => ("histogram", DefaultBounds),
            Counter<double> or Counter<long> or Counter<int> or ObservableCounter<double> or ObservableCounter<long> or ObservableCounter<int> => ("counter", []),
            _ => ("gauge", []),
        };
        _bounds = bounds;
        Name = NameOf(instrument, Type);
    }

    public string Name { get; }

    /// <summary>counter, gauge or histogram.</summary>
    public string Type { get; }

    public string Description { get; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = Labels(tags);
        if (!_series.TryGetValue(labels, out Series? series))
        {
            if (_series.Count >= MaxSeries)
                return;
            series = _series.GetOrAdd(labels, new Series(_bounds, ModelOf(tags)));
        }

        series.Record(value, isReplaced: _isObserved);
    }

    /// <summary>Forgets what is asked for anew each time: what is not told of then, such as a model that has left, is no more.</summary>
    public void ForgetObserved()
    {
        if (_isObserved)
            _series.Clear();
    }

    /// <summary>Adds the lines of the text format: https://prometheus.io/docs/instrumenting/exposition_formats/.</summary>
    /// <param name="isShown">Whether the numbers of a model are shown.</param>
    public void WriteTo(StringBuilder text, Func<string, bool> isShown)
    {
        KeyValuePair<string, Series>[] shown = [.. _series.Where(pair => pair.Value.Model is not { } model || isShown(model)).OrderBy(pair => pair.Key, StringComparer.Ordinal)];
        if (shown.Length == 0)
            return;
        if (Description.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {Description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\n");
        text.Append(CultureInfo.InvariantCulture, $"# TYPE {Name} {Type}\n");
        foreach ((string labels, Series series) in shown)
            series.WriteTo(text, Name, labels, isHistogram: Type == "histogram");
    }

    static string NameOf(Instrument instrument, string type)
    {
        StringBuilder name = new();
        foreach (char character in instrument.Name)
            name.Append(char.IsAsciiLetterOrDigit(character) ? character : '_');
        string unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", "ms" => "_milliseconds", _ => "" };
        if (!name.ToString().EndsWith(unit, StringComparison.Ordinal))
            name.Append(unit);
        return type == "counter" ? name.Append("_total").ToString() : name.ToString();
    }

    static string? ModelOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach ((string key, object? value) in tags)
            if (key == ModelLabel)
                return value as string;
        return null;
    }

    static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        StringBuilder text = new();
        foreach ((string key, object? value) in tags)
        {
            if (text.Length > 0)
                text.Append(',');
            foreach (char character in key)
                text.Append(char.IsAsciiLetterOrDigit(character) ? character : '_');
            string shown = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            text.Append("=\"").Append(shown.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
        }

        return text.ToString();
    }
}
