using Hone.Data.Vectors;
using Hone.Server.Access;
using Hone.Server.Http;

namespace Hone.Server.Models;

/// <summary>The models that an organisation sees: built-in and added ones, and those that it tuned or that were merged from these. Folders have no name here.</summary>
public sealed class VisibleModels(ModelRegistry models)
{
    public IEnumerable<ModelEntry> List(Caller caller) => models.ListReadable().Where(entry => IsVisible(entry, caller));

    /// <summary>The model that a name, an alias or an <c>ft:</c> id stands for; null where there is none, or it is another organisation's.</summary>
    public ModelEntry? TryFind(string model, Caller caller) => models.FindByName(model) is { } entry && IsVisible(entry, caller) ? entry : null;

    /// <summary>As <see cref="TryFind"/>, with 404 for null.</summary>
    public ModelEntry Find(string model, Caller caller) => TryFind(model, caller) ?? throw ApiError.UnknownModel(JsonFields.Shown(model));

    /// <inheritdoc cref="ModelRegistry.StandInOf"/>
    public string? StandInOf(string model) => models.StandInOf(model);

    /// <inheritdoc cref="ModelRegistry.VectorModelOf"/>
    public VectorModel VectorModelOf(ModelEntry entry) => models.VectorModelOf(entry);

    static bool IsVisible(ModelEntry entry, Caller caller) => entry.Organisation is null || entry.Organisation == caller.Organisation;
}
