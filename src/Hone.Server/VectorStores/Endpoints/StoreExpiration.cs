using Hone.Server.Http;
using Hone.Server.OpenApi;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary><c>expires_after</c>: how long a store is kept after it was last used, from a day to a year.</summary>
static class StoreExpiration
{
    public static readonly ObjectShape Object = Shape.Closed(Field.Required("anchor", Shape.OneOf("last_active_at")), Field.Required("days", Shape.Whole(1, 365))).Named("VectorStoreExpiration");

    /// <returns>Days; null when nothing is said.</returns>
    public static int? Read(JsonFields body)
    {
        if (body.Object("expires_after") is not { } after)
            return null;
        after.RefuseOthers();
        after.RequiredString("anchor");
        return (int)after.RequiredInteger("days");
    }
}
