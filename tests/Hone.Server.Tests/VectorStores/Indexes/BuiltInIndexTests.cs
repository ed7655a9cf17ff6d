using Hone.Server.VectorStores.BuiltIn;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.Tests.VectorStores.Indexes;

public sealed class BuiltInIndexTests : VectorIndexConformance
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-vectors-").FullName;

    protected override Task<IVectorIndex> OpenAsync() => Task.FromResult<IVectorIndex>(new BuiltInIndex(_folder));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
