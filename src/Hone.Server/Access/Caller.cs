using Hone.Server.Http;
using Hone.Server.Models;
using Microsoft.AspNetCore.Http;

namespace Hone.Server.Access;

/// <summary>What a key may do in its organisation. Each role includes those before it.</summary>
public enum Role
{
    /// <summary>Look at everything.</summary>
    ReadOnly,

    /// <summary>Also use models, make and change things.</summary>
    Member,

    /// <summary>Also delete models and grant permissions.</summary>
    Owner,
}

/// <summary>Who sent a request: everything it makes belongs to the organisation, and it sees nothing of others.</summary>
/// <param name="Organisation">Its short name, as in <c>ft:BASE:ORGANISATION:…</c>.</param>
/// <param name="Key">The id of the key; null where the server needs none.</param>
public sealed record Caller(string Organisation, string Project, Role Role, string? Key)
{
    public const string LocalProject = "proj_local";

    static readonly object ItemKey = new();

    /// <summary>The user of a server that is bound to loopback and has no keys.</summary>
    public static Caller Local { get; } = new(ModelIds.LocalOrganisation, LocalProject, Role.Owner, Key: null);

    /// <summary>The caller that authentication found; called by the framework for a handler's parameter of this type.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new ValueTask<Caller?>(Find(context));
    }

    /// <summary>Null where the route needs no key.</summary>
    public static Caller? Find(HttpContext context) => context.Items.TryGetValue(ItemKey, out object? caller) ? (Caller?)caller : null;

    /// <summary>Refuses what needs a higher role.</summary>
    public void Require(Role role)
    {
        if (Role < role)
            throw ApiError.Forbidden($"You have insufficient permissions for this operation. It needs the role {RoleNames.Of(role)}; your key has the role {RoleNames.Of(Role)}.");
    }

    internal void AttachTo(HttpContext context) => context.Items[ItemKey] = this;
}
