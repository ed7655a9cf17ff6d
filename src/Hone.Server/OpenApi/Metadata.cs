namespace Hone.Server.OpenApi;

/// <summary>Pairs of texts that callers give to what they make.</summary>
static class Metadata
{
    const int MaxPairs = 16, MaxNameLength = 64, MaxValueLength = 512;

    public static readonly ObjectShape Object = (Shape.Map(Shape.Text(0, MaxValueLength)) with { MaxMembers = MaxPairs, MaxNameLength = MaxNameLength }).Named("Metadata");
}
