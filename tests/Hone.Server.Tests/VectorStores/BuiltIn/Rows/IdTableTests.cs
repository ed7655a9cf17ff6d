using Hone.Server.VectorStores.BuiltIn.Rows;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.BuiltIn.Rows;

public sealed class IdTableTests
{
    [Fact]
    public void An_id_is_found_among_others_with_its_hash()
    {
        HashSet<int> dead = [];
        IdTable ids = new(row => (ulong)(row % 3), row => !dead.Contains(row), 0);

        for (int row = 0; row < 2000; row++)
            ids.Add((ulong)(row % 3), row);
        dead.Add(1000);
        ids.Add(1, 5002);

        ids.Find(1).Order().ShouldBe(Enumerable.Range(0, 2000).Where(row => row % 3 == 1 && row != 1000).Append(5002));
        ids.Find(7).ShouldBeEmpty();
    }
}
