using Hone.Engine.Generation;
using Hone.Server.Models;

namespace Hone.Server.Inference;

/// <summary>A model for the time of a request: it stays in memory until this is disposed.</summary>
sealed class ServedModel : IDisposable
{
    readonly LoadedModels _models;
    readonly LoadedModels.Base _base;
    readonly LoadedModels.Adapter? _adapter;
    int _isReturned;

    internal ServedModel(LoadedModels models, ModelEntry entry, LoadedModels.Base loaded, LoadedModels.Adapter? adapter) =>
        (_models, Entry, _base, _adapter) = (models, entry, loaded, adapter);

    public ModelEntry Entry { get; }

    public LoadedBase Base => _base.Loaded;

    /// <summary>Continues prompts together with those of other requests.</summary>
    public GenerationTicket Start(IReadOnlyList<int[]> prompts, SamplingOptions options, bool wantsPieces) =>
        Base.Loop.Start(new GenerationRequest(prompts, options, _adapter?.Weights, wantsPieces));

    /// <summary>How likely the model finds each token of a prompt but the first.</summary>
    public async Task<IReadOnlyList<TokenLogProbability>> ScoreAsync(int[] prompt, int top, CancellationToken cancel)
    {
        await Base.Scoring.WaitAsync(cancel);
        try
        {
            return await Task.Run(() => PromptScorer.Score(Base.Model, prompt, _adapter?.Weights, top, cancel), cancel);
        }
        finally
        {
            Base.Scoring.Release();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isReturned, 1) == 0)
            _models.Return(_base, _adapter);
    }
}
