using Hone.Server.Http;
using Hone.Server.Storage;

namespace Hone.Server.FineTuning;

/// <summary>That a project may use a checkpoint.</summary>
public sealed record CheckpointGrant
{
    public string Id { get; init; } = "";

    public string Project { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The projects that may use a checkpoint, by the checkpoint's name.</summary>
public sealed class CheckpointGrants(Database database, TimeProvider clock)
{
    /// <summary>Grants it to projects; what was granted before stays as it is.</summary>
    /// <returns>The permissions of those projects, in their order.</returns>
    public IReadOnlyList<CheckpointGrant> Grant(string model, IEnumerable<string> projects) =>
        database.Write<IReadOnlyList<CheckpointGrant>>(session =>
            [
                .. projects.Distinct(StringComparer.Ordinal).Select(project =>
                {
                    var row = new { Id = Ids.New("cp_"), Model = model, Project = project, Now = clock.GetUtcNow() };
                    session.Execute("INSERT INTO checkpoint_permissions (id, model, project, created_at) VALUES (@Id, @Model, @Project, @Now) ON CONFLICT (model, project) DO NOTHING", row);
                    return session.Find<CheckpointGrant>("SELECT id, project, created_at FROM checkpoint_permissions WHERE model = @Model AND project = @Project", row)!;
                }),
            ]);

    /// <param name="project">Null for all.</param>
    /// <param name="after">The id of the last one of the page before.</param>
    public IReadOnlyList<CheckpointGrant> List(string model, string? project, string? after, int count, bool isDescending)
    {
        (string compare, string order) = isDescending ? ("<", "DESC") : (">", "ASC");
        string next = after is null ? "" : $"AND sequence {compare} (SELECT sequence FROM checkpoint_permissions WHERE id = @After AND model = @Model)";
        string ofProject = project is null ? "" : "AND project = @Project";
        return database.Read(session => session.List<CheckpointGrant>(
            $"SELECT id, project, created_at FROM checkpoint_permissions WHERE model = @Model {ofProject} {next} ORDER BY sequence {order} LIMIT @Count",
            new { Model = model, Project = project, After = after, Count = count }));
    }

    /// <returns>False when there was none.</returns>
    public bool Revoke(string model, string id) =>
        database.Write(session => session.Execute("DELETE FROM checkpoint_permissions WHERE model = @Model AND id = @Id", new { Model = model, Id = id })) == 1;

    /// <summary>Whether a project belongs to an organisation.</summary>
    public bool IsProject(string project, string organisation) =>
        project == Access.Caller.LocalProject && organisation == Models.ModelIds.LocalOrganisation
        || database.Read(session => session.Find<int>("SELECT 1 FROM projects WHERE id = @Project AND organisation = @Organisation", new { Project = project, Organisation = organisation })) == 1;
}
