using System.Globalization;
using System.Text;

namespace Hone.Server.Metrics;

/// <summary>The value of one combination of labels.</summary>
/// <param name="bounds">The upper ends of a histogram's buckets; empty for other instruments.</param>
/// <param name="model">The model that it is about; null where it is about none.</param>
sealed class Series(double[] bounds, string? model)
{
    public string? Model => model;

    readonly Lock _lock = new();
    readonly long[] _counts = new long[bounds.Length + 1];
    double _sum;
    long _count;

    /// <param name="isReplaced">The value is the whole of it, not one more.</param>
    public void Record(double value, bool isReplaced)
    {
        lock (_lock)
        {
            _sum = isReplaced ? value : _sum + value;
            _count++;
            if (bounds.Length == 0)
                return;
            int bucket = Array.BinarySearch(bounds, value);
            _counts[bucket < 0 ? ~bucket : bucket]++;
        }
    }

    public void WriteTo(StringBuilder text, string name, string labels, bool isHistogram)
    {
        lock (_lock)
        {
            string braces = labels.Length > 0 ? $"{{{labels}}}" : "";
            if (!isHistogram)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}{braces} {_sum:R}\n");
                return;
            }

            string before = labels.Length > 0 ? labels + "," : "";
            long total = 0;
            for (int i = 0; i < bounds.Length; i++)
            {
                total += _counts[i];
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{before}le=\"{bounds[i]:R}\"}} {total}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{before}le=\"+Inf\"}} {_count}\n{name}_sum{braces} {_sum:R}\n{name}_count{braces} {_count}\n");
        }
    }
}
