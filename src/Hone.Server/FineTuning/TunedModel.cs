using System.Runtime.InteropServices;
using Hone.Engine;
using Hone.Engine.Adapters;
using Hone.Engine.Models;
using Hone.Server.Models;

namespace Hone.Server.FineTuning;

/// <summary>A model that is being tuned: loaded, its trainable part chosen, ready to be written.</summary>
sealed class TunedModel : IDisposable
{
    readonly ModelRegistry _registry;
    readonly ModelFolder _folder;
    readonly LoraAdapter? _adapter;
    readonly TuningStart _start;

    TunedModel(ModelRegistry registry, ModelFolder folder, TransformerModel model, LoraAdapter? adapter, TuningStart start) =>
        (_registry, _folder, Model, _adapter, _start) = (registry, folder, model, adapter, start);

    public TransformerModel Model { get; }

    /// <summary>Loads the model and makes its trainable part as new: the same bits each time.</summary>
    public static TunedModel Load(ModelRegistry registry, TuningStart start, AdapterShape? shape, ulong seed)
    {
        ModelEntry entry = registry.Find(start.Model);
        return registry.IsEncoder(entry) ? LoadEncoder(registry, entry, start) : LoadDecoder(registry, start, shape, seed);
    }

    static TunedModel LoadEncoder(ModelRegistry registry, ModelEntry entry, TuningStart start)
    {
        ModelFolder folder = registry.OpenFolder(entry);
        try
        {
            TransformerModel model = folder.LoadAny();
            foreach (Parameter weight in model.Parameters)
                weight.MakeTrainable();
            return new TunedModel(registry, folder, model, adapter: null, start);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    static TunedModel LoadDecoder(ModelRegistry registry, TuningStart start, AdapterShape? shape, ulong seed)
    {
        LoadedModel loaded = registry.Load(start.Model);
        try
        {
            LoraAdapter? adapter = start.Point switch
            {
                StartingPoint.NewAdapter => LoraAdapter.Create(shape!.ToConfig(start.Base), loaded.Model.Linears, seed),
                StartingPoint.SameAdapter => loaded.Adapter!,
                _ => null,
            };
            if (adapter is null)
                MakeWeightsTrainable(loaded);
            adapter?.Attach();
            adapter?.MakeTrainable();
            return new TunedModel(registry, loaded.Folder, loaded.Model, adapter, start);
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    /// <summary>Keeps the model as it is now under the id of a record, after reading back what was written.</summary>
    public ModelEntry Write(ModelRecord record)
    {
        ModelContent content = _adapter is null ? ModelContent.Weights : ModelContent.Adapter;
        string? fingerprint = _adapter is null ? null : _registry.Fingerprint(_registry.Find(_start.Base));
        return _registry.Write(record with { Content = content, BaseFingerprint = fingerprint }, folder =>
        {
            if (_adapter is null)
                ModelFolder.Fill(folder, Path.Combine(_folder.Path, ModelFolder.ConfigFile), _folder.Path, Model.Parameters.Select(weight => Engine.Checkpoints.PendingTensor.Of(weight)), ElementType.F32);
            else
                _adapter.Save(folder);
            Verify(folder);
        });
    }

    public void Dispose() => _folder.Dispose();

    static void MakeWeightsTrainable(LoadedModel loaded)
    {
        foreach (Parameter weight in loaded.Model.Parameters)
            weight.MakeTrainable();
        foreach (Linear linear in loaded.Model.Linears)
        {
            if (linear.Adapter is { } lora)
                LoraMerge.Merge(linear, lora).Data.CopyTo(linear.Weight.Data);
        }

        LoraAdapter.Detach(loaded.Model.Linears);
    }

    /// <summary>Opens what was written as anyone would, and compares every number.</summary>
    void Verify(string folder)
    {
        if (_adapter is not null)
        {
            Compare(_adapter.Parameters, LoraAdapter.Load(folder, Model.Linears).Parameters, folder);
            return;
        }

        using ModelFolder written = ModelFolder.Open(folder);
        Compare(Model.Parameters, written.LoadAny().Parameters, folder);
    }

    static void Compare(IEnumerable<Parameter> expected, IEnumerable<Parameter> written, string folder)
    {
        Dictionary<string, Parameter> found = written.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
        foreach (Parameter parameter in expected)
        {
            if (!found.TryGetValue(parameter.Name, out Parameter? other) || !MemoryMarshal.AsBytes(parameter.Data).SequenceEqual(MemoryMarshal.AsBytes(other.Data)))
                throw new HoneException(Text.Of($"{folder}: {parameter.Name} is not what was written. Is the disk in order?", $"{folder}：{parameter.Name} 与写入的内容不符。请检查磁盘。"));
        }
    }
}
