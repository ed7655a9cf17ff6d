using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Hone.Server.Metrics;

/// <summary>Adds up everything that the server and the runtime measure, for whoever asks. Features measure with a <see cref="Meter"/> called <see cref="MeterName"/>.</summary>
sealed class MetricsRecorder : IDisposable
{
    public const string MeterName = "Hone";

    static readonly string[] Recorded = [MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    readonly MeterListener _listener = new();
    readonly Lock _collecting = new();
    readonly ConcurrentDictionary<Instrument, Family> _families = new();

    /// <param name="meters">The server's own: what other servers in the same process measure is left out.</param>
    public MetricsRecorder(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Recorded.Contains(instrument.Meter.Name) && (instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, meters)))
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, static made => new Family(made)));
        };
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>Everything as it is now, by name, in the text format of Prometheus.</summary>
    /// <param name="isShown">Whether the numbers of a model are shown.</param>
    public string Write(Func<string, bool> isShown)
    {
        StringBuilder text = new();
        lock (_collecting)
        {
            foreach (Family family in _families.Values)
                family.ForgetObserved();
            _listener.RecordObservableInstruments();
            foreach (Family family in _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal))
                family.WriteTo(text, isShown);
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();
}
