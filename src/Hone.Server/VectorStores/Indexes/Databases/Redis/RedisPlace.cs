using System.Buffers.Binary;
using System.Globalization;
using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes.Databases.Redis;

/// <summary>Where a Redis is, and how it lets us in: <c>//[USER@]HOST[:PORT][/NUMBER OF THE DATABASE]</c>.</summary>
static class RedisPlace
{
    public const string KeyVariable = "REDIS_PASSWORD";

    /// <summary>A connection that is made when it is first used.</summary>
    public static RespConnection Connection(string address, string kind)
    {
        var place = DatabaseAddress.Parse(address, kind, KeyVariable, 6379, ["NUMBER"], securePort: 6379, hasUser: true);
        int database = 0;
        if (place.Path.Count > 0 && !int.TryParse(place.Path[0], NumberStyles.None, CultureInfo.InvariantCulture, out database))
            throw new HoneException(Text.Of($"The address {kind}://{place} has something else behind it than the number of a database. Leave that out.", $"地址 {kind}://{place} 之后只能写数据库编号。请去掉其余部分。"));
        return new RespConnection(place, place.User ?? DatabaseKey.Of("REDIS_USERNAME"), DatabaseKey.Of(KeyVariable, "REDISCLI_AUTH"), database);
    }

    /// <summary>A vector as Redis takes it: float32, the lowest byte first.</summary>
    public static byte[] Bytes(float[] vector)
    {
        byte[] bytes = new byte[vector.Length * sizeof(float)];
        for (int i = 0; i < vector.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        return bytes;
    }

    /// <summary>What <see cref="Bytes"/> made bytes of.</summary>
    public static float[] Vector(ReadOnlySpan<byte> bytes)
    {
        float[] vector = new float[bytes.Length / sizeof(float)];
        for (int i = 0; i < vector.Length; i++)
            vector[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        return vector;
    }
}
