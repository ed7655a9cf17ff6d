using Hone.Engine.Adapters;
using Hone.Server.Models;

namespace Hone.Server.Tests.Inference;

/// <summary>Fine-tuned models that were never trained: adapters of stories260k that change much.</summary>
static class TestAdapter
{
    public static ModelEntry Write(ModelRegistry registry, string id, ulong seed)
    {
        ModelEntry whole = registry.Find(StoriesServer.Model);
        var record = new ModelRecord { Id = id, Content = ModelContent.Adapter, CreatedAt = DateTimeOffset.UnixEpoch, Base = whole.Id, BaseFingerprint = registry.Fingerprint(whole) };
        return registry.Write(record, folder =>
        {
            using LoadedModel model = registry.Load(whole);
            LoraAdapter adapter = LoraAdapter.Create(new LoraConfig { Rank = 4, Alpha = 8 }, model.Model.Linears, seed);
            var random = new Random((int)seed);
            foreach (LoraWeights layer in adapter.Layers.Values)
            {
                foreach (ref float value in layer.B.Data)
                    value = (float)(random.NextDouble() - 0.5);
            }

            adapter.Save(folder);
        });
    }
}
