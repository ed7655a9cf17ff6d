using Hone.Data.Vectors;
using Hone.Engine;
using Hone.Engine.Adapters;
using Hone.Engine.Checkpoints;
using Hone.Engine.Models;
using Hone.Server.Storage;

namespace Hone.Server.Models;

/// <summary>The models that users can name: built-in ones, added ones, fine-tuned ones, and folders.</summary>
public sealed class ModelRegistry
{
    readonly DataFolder _data;
    readonly TimeProvider _clock;
    readonly string? _builtIn;
    readonly ModelAliases _aliases;

    /// <param name="builtInFolder">Where the built-in models are; null to look for them.</param>
    /// <param name="settings">The file with the aliases; null for that of the data folder.</param>
    /// <param name="warn">Told when that file was changed to something that cannot be read.</param>
    public ModelRegistry(DataFolder data, TimeProvider? clock = null, string? builtInFolder = null, string? settings = null, Action<string>? warn = null)
    {
        _data = data;
        _clock = clock ?? TimeProvider.System;
        _builtIn = builtInFolder ?? BuiltInModels.FindFolder();
        _aliases = new ModelAliases(settings ?? data.Settings, warn);
    }

    /// <summary>All models with a name: built-in ones first, then added ones, then fine-tuned ones, the newest last.</summary>
    public IReadOnlyList<ModelEntry> List() => [.. BuiltInModels.In(_builtIn), .. Recorded().OrderBy(entry => entry.Origin).ThenBy(entry => entry.Record!.CreatedAt)];

    /// <summary>Those of them whose record can be read now: one that is damaged, or is being deleted, keeps nobody from the others. <see cref="List"/> says what is wrong with it.</summary>
    public IReadOnlyList<ModelEntry> ListReadable() => [.. BuiltInModels.In(_builtIn), .. RecordFolders().Select(TryRead).OfType<ModelEntry>().OrderBy(entry => entry.Origin).ThenBy(entry => entry.Record!.CreatedAt)];

    /// <summary>The model that a name, an alias, an <c>ft:</c> id or the path of a folder stands for.</summary>
    public ModelEntry Find(string model)
    {
        if (model.Length == 0)
            throw new HoneException(Text.Of($"The model has no name. {Known()}", $"模型名称为空。{Known()}"));
        if (FindByName(model) is { } named)
            return named;
        if (_aliases.Find(model) is { } target)
            throw new HoneException(Text.Of($"\"{model}\" stands for the model \"{target}\", which does not exist. {Known()}", $"“{model}”代表模型“{target}”，但它不存在。{Known()}"));
        if (!ModelIds.IsFineTuned(model) && Directory.Exists(model))
        {
            string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(model));
            return File.Exists(Path.Combine(folder, ModelRecord.FileName))
                ? AtPath(folder)
                : new ModelEntry(folder, ModelOrigin.Folder, folder, Record: null);
        }
        throw new HoneException(Text.Of($"There is no model \"{model}\", and no folder of that name. {Known()}", $"没有模型“{model}”，也没有同名文件夹。{Known()}"));
    }

    /// <summary>The model that a name, an alias or an <c>ft:</c> id stands for, never a folder; null where there is none.</summary>
    public ModelEntry? FindByName(string model) => FindNamed(model) ?? (_aliases.Find(model) is { } target ? FindNamed(target) : null);

    /// <summary>The model that a name of another one stands for, such as <c>hone-embed</c> for OpenAI's <c>text-embedding-3-small</c>; null for a model's own name.</summary>
    public string? StandInOf(string model) => FindNamed(model) is null ? _aliases.Find(model) : null;

    /// <summary>The model whose whole weights an entry computes with: of an adapter its base, else itself.</summary>
    public ModelEntry BaseOf(ModelEntry entry)
    {
        if (!entry.IsAdapter)
            return entry;
        string baseId = entry.Record!.Base ?? throw new HoneException(Text.Of($"{Path.Combine(entry.Folder, ModelRecord.FileName)} names no base.", $"{Path.Combine(entry.Folder, ModelRecord.FileName)} 没有指明基础模型。"));
        ModelEntry found;
        try
        {
            found = Find(baseId);
        }
        catch (HoneException error)
        {
            throw new HoneException(Text.Of($"The base of {entry.Id} is missing: {error.Message}", $"找不到 {entry.Id} 的基础模型：{error.Message}"), error);
        }
        return !found.IsAdapter ? found : throw new HoneException(Text.Of($"The base of {entry.Id}, {baseId}, is an adapter itself.", $"{entry.Id} 的基础模型 {baseId} 本身是适配器。"));
    }

    /// <summary>Opens the folder of the whole weights: configuration, tokenizer and chat template.</summary>
    public ModelFolder OpenFolder(ModelEntry entry) => ModelFolder.Open(BaseOf(entry).Folder);

    /// <summary>Whether a model makes embeddings and writes no text.</summary>
    public bool IsEncoder(ModelEntry entry)
    {
        using ModelFolder folder = OpenFolder(entry);
        return folder.IsEncoder;
    }

    /// <summary>Maps the weights and attaches the adapter, if the model has one.</summary>
    public LoadedModel Load(string model) => Load(Find(model));

    /// <inheritdoc cref="Load(string)"/>
    public LoadedModel Load(ModelEntry entry)
    {
        ModelEntry whole = BaseOf(entry);
        RequireSameBase(entry, whole);
        return new LoadedModel(entry, ModelFolder.Open(whole.Folder), entry.IsAdapter ? entry.Folder : null);
    }

    /// <summary>What identifies the weights a model computes with, for the record of an adapter on it.</summary>
    public string Fingerprint(ModelEntry entry) => WeightsFingerprint.Of(BaseOf(entry).Folder);

    /// <summary>How files of vectors name the model that made them.</summary>
    public VectorModel VectorModelOf(ModelEntry entry) => VectorModel.Of(entry.Id, Fingerprint(entry));

    /// <summary>Makes a folder in Hugging Face layout known under a name, after opening it once.</summary>
    /// <param name="name">Null: the folder's own.</param>
    /// <param name="isLink">Refer to the folder instead of copying it.</param>
    public ModelEntry Add(string folder, string? name = null, bool isLink = false)
    {
        string source = Path.GetFullPath(folder);
        string id = name ?? ModelIds.BaseName(source);
        RequireFreeName(id);
        using (var opened = ModelFolder.Open(source))
            opened.LoadAny();

        var record = new ModelRecord { Id = id, Content = isLink ? ModelContent.Link : ModelContent.Weights, CreatedAt = _clock.GetUtcNow(), Source = source };
        return Write(record, target =>
        {
            if (isLink)
                return;
            AtomicFile.Copy(Path.Combine(source, ModelFolder.ConfigFile), Path.Combine(target, ModelFolder.ConfigFile));
            ModelFolder.CopyCompanions(source, target);
            CheckpointFolder.CopyWeights(source, target);
        });
    }

    /// <summary>Keeps a model under the id of its record: the folder appears complete or not at all.</summary>
    /// <param name="fill">Writes an adapter or whole weights into the folder it is given.</param>
    public ModelEntry Write(ModelRecord record, Action<string> fill)
    {
        string folder = FolderOf(record.Id);
        AtomicFolder.Write(folder, target =>
        {
            fill(target);
            record.Write(target);
        });
        return FromRecord(folder);
    }

    /// <summary>Makes a whole model out of an adapter and its base, and keeps it as an added one.</summary>
    /// <param name="name">Null: the base's name and the last part of the id.</param>
    /// <param name="type">The precision to store; null: the base's own.</param>
    public ModelEntry Merge(string model, string? name = null, ElementType? type = null)
    {
        ModelEntry entry = FindAdapter(model);
        string tuned = entry.Record!.Id;
        string id = name ?? $"{ModelIds.BaseName(tuned)}-{tuned[(tuned.LastIndexOf(':') + 1)..]}";
        RequireFreeName(id);
        var record = new ModelRecord
        {
            Id = id,
            Content = ModelContent.Weights,
            CreatedAt = _clock.GetUtcNow(),
            Lineage = [.. entry.Record.Lineage, $"{id} (merged)"],
            Source = entry.Id,
        };
        return Write(record, folder => MergeInto(folder, entry, type));
    }

    /// <summary>Makes a whole model out of an adapter and its base, as a new folder.</summary>
    public void MergeTo(string folder, string model, ElementType? type = null)
    {
        ModelEntry entry = FindAdapter(model);
        AtomicFolder.Write(folder, target => MergeInto(target, entry, type));
    }

    /// <summary>Deletes a model. One that an adapter needs, and a built-in one, stay.</summary>
    public ModelEntry Remove(string model)
    {
        ModelEntry entry = FindNamed(model) ?? throw new HoneException(Text.Of($"There is no model \"{model}\" to remove. {Known()}", $"没有可删除的模型“{model}”。{Known()}"));
        if (entry.Origin == ModelOrigin.BuiltIn)
            throw new HoneException(Text.Of($"{model} comes with Hone and cannot be removed.", $"{model} 是内置模型，不能删除。"));
        string[] users = [.. Recorded().Where(other => other.IsAdapter && other.Record!.Base == entry.Id).Select(other => other.Id)];
        if (users.Length > 0)
            throw new HoneException(Text.Of(
                $"{model} cannot be removed: it is the base of {string.Join(", ", users)}. Remove {(users.Length == 1 ? "that" : "those")} first.",
                $"{model} 不能删除：它是 {string.Join("、", users)} 的基础模型。请先删除它们。"));

        string folder = FolderOf(entry.Id);
        string doomed = Path.Combine(_data.Models, $".{Guid.NewGuid():N}.removed");
        Directory.Move(folder, doomed);
        Directory.Delete(doomed, recursive: true);
        return entry;
    }

    ModelEntry FindAdapter(string model) =>
        Find(model) is { IsAdapter: true } entry ? entry
        : throw new HoneException(Text.Of($"{model} has whole weights already: there is no adapter to merge.", $"{model} 已是完整权重，没有可合并的适配器。"));

    string FolderOf(string id) => Path.Combine(_data.Models, ModelIds.FolderName(id));

    ModelEntry? FindNamed(string id)
    {
        if (BuiltInModels.In(_builtIn).FirstOrDefault(entry => entry.Id == id) is { } builtIn)
            return builtIn;
        // A name with a separator is a path; FolderName would make another name of it.
        if (id.AsSpan().IndexOfAny("/\\") >= 0)
            return null;
        string folder = FolderOf(id);
        if (!File.Exists(Path.Combine(folder, ModelRecord.FileName)))
            return null;
        ModelEntry found = FromRecord(folder);
        return found.Id == id ? found : null;
    }

    IEnumerable<ModelEntry> Recorded() => RecordFolders().Select(FromRecord);

    IEnumerable<string> RecordFolders() =>
        Directory.Exists(_data.Models)
            ? Directory.GetDirectories(_data.Models).Where(folder => !Path.GetFileName(folder).StartsWith('.') && File.Exists(Path.Combine(folder, ModelRecord.FileName)))
            : [];

    static ModelEntry? TryRead(string folder)
    {
        try
        {
            return FromRecord(folder);
        }
        catch (HoneException)
        {
            return null;
        }
    }

    /// <summary>A model of a data folder, named by its path. Where that is another data folder, its name means nothing here and the path stays.</summary>
    ModelEntry AtPath(string folder)
    {
        ModelEntry found = FromRecord(folder);
        return FindNamed(found.Id)?.Folder == found.Folder ? found : found with { Id = folder };
    }

    static ModelEntry FromRecord(string folder)
    {
        var record = ModelRecord.Read(folder);
        ModelOrigin origin = ModelIds.IsFineTuned(record.Id) ? ModelOrigin.FineTuned : ModelOrigin.Added;
        string place = record.Content == ModelContent.Link ? record.Source ?? throw new HoneException(Text.Of($"{folder}: the link names no source.", $"{folder}：链接没有指明来源。")) : folder;
        return new ModelEntry(record.Id, origin, place, record);
    }

    void RequireFreeName(string name)
    {
        ModelIds.RequireName(name);
        if (FindNamed(name) is { } taken)
            throw new HoneException(Text.Of($"There is a model \"{taken.Id}\" already. Choose another name, or remove it first.", $"模型“{taken.Id}”已存在。请换一个名称，或先删除它。"));
    }

    /// <summary>Refuses an adapter whose base has other weights than those it was trained on.</summary>
    public static void RequireSameBase(ModelEntry entry, ModelEntry whole)
    {
        if (entry.IsAdapter && entry.Record!.BaseFingerprint is { } expected && WeightsFingerprint.Of(whole.Folder) != expected)
            throw new HoneException(Text.Of(
                $"{entry.Id} was trained on other weights than {whole.Id} has now. Put the former weights back, or fine-tune again.",
                $"{entry.Id} 训练时所用的权重与 {whole.Id} 现在的不同。请恢复原来的权重，或重新微调。"));
    }

    void MergeInto(string folder, ModelEntry entry, ElementType? type)
    {
        ModelEntry whole = BaseOf(entry);
        RequireSameBase(entry, whole);
        LoraMerge.Write(folder, whole.Folder, entry.Folder, type);
    }

    string Known()
    {
        string names = string.Join(", ", List().Select(entry => entry.Id).DefaultIfEmpty(Text.Of("none", "无")));
        return Text.Of($"Known are: {names}.", $"已知模型：{names}。");
    }
}
