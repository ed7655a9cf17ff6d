using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Hone.Engine;
using Hone.Server.Http;
using Hone.Server.Models;
using Hone.Server.Storage;

namespace Hone.Server.Access;

/// <summary>The keys of a database. As long as none was ever made, a server on loopback needs none.</summary>
public sealed partial class ApiKeys(Database database, TimeProvider clock)
{
    const string Columns = "id, hash, hint, name, organisation, project, role, created_at, expires_at, revoked_at";
    const string ConfiguredId = "key_configured";
    const string DefaultProject = "default";

    /// <summary>Whether a key was ever made. When all are revoked, nobody gets in.</summary>
    public bool Exist() => database.Read(session => session.Find<int>("SELECT 1 FROM api_keys LIMIT 1")) == 1;

    /// <summary>Makes a key.</summary>
    /// <param name="organisation">Letters, digits, '-' and '_': it is a part of the names of tuned models.</param>
    /// <param name="lifetime">Null for a key that does not expire.</param>
    /// <returns>The key, which is shown now and never again, and what is kept of it.</returns>
    public (string Secret, ApiKey Key) Create(string name, string organisation, Role role, string project = DefaultProject, TimeSpan? lifetime = null)
    {
        RequireOrganisation(organisation);
        string secret = ApiKey.NewSecret();
        DateTimeOffset now = clock.GetUtcNow();
        ApiKey key = database.Write(session =>
        {
            ApiKey made = new(Ids.New("key_"), ApiKey.HashOf(secret), ApiKey.Masked(secret), name, organisation, ProjectId(session, organisation, project), RoleNames.Of(role), now, now + lifetime, RevokedAt: null);
            Insert(session, made);
            return made;
        });
        return (secret, key);
    }

    /// <summary>Makes a key that was chosen by whoever starts the server the owner of the organisation "local". It replaces the one chosen before.</summary>
    public void Configure(string secret)
    {
        if (!ApiKey.IsPossible(secret))
            throw new HoneException(Text.Of(
                "The key of --api-key cannot be sent in a request. Use 1 to 500 letters, digits and signs, without spaces.",
                "--api-key 的密钥无法在请求中发送。请使用 1 到 500 个字母、数字和符号，不含空格。"));
        string hash = ApiKey.HashOf(secret);
        database.Write(session =>
        {
            ApiKey? known = session.Find<ApiKey>($"SELECT {Columns} FROM api_keys WHERE hash = @Hash", new { Hash = hash });
            if (known is { RevokedAt: not null })
                throw new HoneException(Text.Of($"The key of --api-key was revoked ({known.Id}). Choose another one.", $"--api-key 的密钥已被吊销（{known.Id}）。请换一个。"));
            if (known is not null)
                return;
            session.Execute("DELETE FROM api_keys WHERE id = @Id", new { Id = ConfiguredId });
            Insert(session, new ApiKey(
                ConfiguredId, hash, ApiKey.Masked(secret), "--api-key", ModelIds.LocalOrganisation, ProjectId(session, ModelIds.LocalOrganisation, DefaultProject), RoleNames.Of(Role.Owner), clock.GetUtcNow(), ExpiresAt: null, RevokedAt: null));
        });
    }

    public IReadOnlyList<ApiKey> List() => database.Read(session => session.List<ApiKey>($"SELECT {Columns} FROM api_keys ORDER BY sequence"));

    /// <summary>Refuses the key from now on.</summary>
    public ApiKey Revoke(string id) =>
        database.Write(session =>
        {
            session.Execute("UPDATE api_keys SET revoked_at = @Now WHERE id = @Id AND revoked_at IS NULL", new { Id = id, Now = clock.GetUtcNow() });
            return session.Find<ApiKey>($"SELECT {Columns} FROM api_keys WHERE id = @Id", new { Id = id })
                ?? throw new HoneException(Text.Of($"There is no key {id}. 'hone keys list' shows the keys.", $"没有密钥 {id}。'hone keys list' 列出所有密钥。"));
        });

    /// <summary>The key that a request sent; null when it is unknown, expired or revoked.</summary>
    public ApiKey? Find(string secret)
    {
        if (!ApiKey.IsPossible(secret))
            return null;
        string hash = ApiKey.HashOf(secret);
        ApiKey? key = database.Read(session => session.Find<ApiKey>($"SELECT {Columns} FROM api_keys WHERE hash = @Hash", new { Hash = hash }));
        // The index compares hashes, of which nobody can choose the beginning; the last word has a comparison that takes the same time for each.
        bool isSame = key is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(key.Hash));
        return isSame && key!.IsActive(clock.GetUtcNow()) ? key : null;
    }

    static void Insert(DatabaseSession session, ApiKey key) =>
        session.Execute($"INSERT INTO api_keys ({Columns}) VALUES (@Id, @Hash, @Hint, @Name, @Organisation, @Project, @Role, @CreatedAt, @ExpiresAt, @RevokedAt)", key);

    string ProjectId(DatabaseSession session, string organisation, string name)
    {
        if (session.Find<string>("SELECT id FROM projects WHERE organisation = @Organisation AND name = @Name", new { Organisation = organisation, Name = name }) is { } known)
            return known;
        string id = organisation == ModelIds.LocalOrganisation && name == DefaultProject ? Caller.LocalProject : Ids.New("proj_");
        session.Execute("INSERT INTO projects (id, organisation, name, created_at) VALUES (@Id, @Organisation, @Name, @Now)", new { Id = id, Organisation = organisation, Name = name, Now = clock.GetUtcNow() });
        return id;
    }

    static void RequireOrganisation(string name)
    {
        if (!OrganisationName().IsMatch(name))
            throw new HoneException(Text.Of(
                $"\"{name}\" cannot be the name of an organisation. Use 1 to 40 lower-case letters, digits and '-', beginning with a letter or digit.",
                $"“{name}”不能用作组织名称。请使用 1 到 40 个小写字母、数字和“-”，并以字母或数字开头。"));
    }

    // Lower case, because the folders of tuned models carry the name, and some file systems do not tell cases apart.
    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,39}\z")]
    private static partial Regex OrganisationName();
}
