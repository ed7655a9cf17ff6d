namespace Hone.Engine.Kernels;

/// <summary>A loop over rows in blocks of fixed size: the blocks, and so the order of any sum over them, do not depend on the threads.</summary>
static class RowBlocks
{
    const int RowsPerBlock = 16;

    public static int Count(int rows) => (rows + RowsPerBlock - 1) / RowsPerBlock;

    /// <summary>The number of the block that begins at a row.</summary>
    public static int IndexOf(int firstRow) => firstRow / RowsPerBlock;

    /// <summary>Calls a static lambda with the state, the first row of each block and the row after its last.</summary>
    public static void For<TState>(int rows, TState state, Action<TState, int, int> body) =>
        Workers.For(Count(rows), (rows, state, body), static (loop, block) =>
            loop.body(loop.state, block * RowsPerBlock, Math.Min(loop.rows, (block + 1) * RowsPerBlock)));
}
