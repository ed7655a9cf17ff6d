using Hone.Engine.Adapters;
using Hone.Engine.Models;

namespace Hone.Server.Models;

/// <summary>A model in memory, its adapter attached. Its weights are unmapped when it is disposed.</summary>
public sealed class LoadedModel : IDisposable
{
    internal LoadedModel(ModelEntry entry, ModelFolder folder, string? adapterFolder)
    {
        Entry = entry;
        Folder = folder;
        try
        {
            Model = folder.Load();
            if (adapterFolder is not null)
            {
                Adapter = LoraAdapter.Load(adapterFolder, Model.Linears);
                Adapter.Attach();
            }
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public ModelEntry Entry { get; }

    /// <summary>The folder of the whole weights, with the tokenizer and the chat template: of an adapter, its base's.</summary>
    public ModelFolder Folder { get; }

    public CausalModel Model { get; }

    public LoraAdapter? Adapter { get; }

    public void Dispose() => Folder.Dispose();
}
