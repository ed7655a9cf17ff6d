using System.Security.Cryptography;
using System.Text;

namespace Hone.Server.VectorStores.Indexes.Databases;

/// <summary>Ids of records where a database takes only UUIDs.</summary>
static class PointId
{
    /// <summary>A UUID stays as it is; another id is known by a UUID made of its hash (version 8 of RFC 9562), and is kept beside the record.</summary>
    public static string Of(string id)
    {
        if (IsUuid(id))
            return id;
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(id))[..16];
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true).ToString("D");
    }

    /// <summary>Whether an id is a UUID in its usual form, so that it comes back letter by letter.</summary>
    public static bool IsUuid(string id) => Guid.TryParseExact(id, "D", out Guid uuid) && uuid.ToString("D") == id;
}
