namespace Hone.Data.Analysis.Clustering;

/// <summary>
/// A spanning tree cut at ever shorter lengths falls into ever more parts. A part that splits into two large enough ones is two clusters from there on; smaller pieces fall out of it.
/// Of a cluster and those within it the more stable are taken: stability = Σ (1/length at which a point falls out − 1/length at which the cluster begins).
/// </summary>
sealed class CondensedTree
{
    // Points that are all the same are joined at length 0.
    const double Shortest = 1e-12;

    readonly int _points;
    readonly int _smallest;
    readonly Join[] _joins;
    readonly List<Cluster> _clusters = [new Cluster(Parent: -1, Begin: 0)];
    readonly int[] _clusterOfPoint;

    public CondensedTree(TreeEdge[] edges, int smallest)
    {
        _points = edges.Length + 1;
        _smallest = smallest;
        _joins = JoinAll(edges);
        _clusterOfPoint = new int[_points];
        Condense();
    }

    /// <summary>The cluster of each point, numbered from 0 on, −1 for none.</summary>
    public int[] Clusters()
    {
        bool[] isTaken = Take();
        int[] numbers = new int[_clusters.Count];
        int count = 0;
        for (int i = 0; i < _clusters.Count; i++)
        {
            int above = i == 0 ? DensityClusters.None : numbers[_clusters[i].Parent];
            numbers[i] = above != DensityClusters.None ? above : isTaken[i] ? count++ : DensityClusters.None;
        }
        return [.. _clusterOfPoint.Select(cluster => numbers[cluster])];
    }

    /// <summary>Which clusters are more stable than those within them together. The whole is none.</summary>
    bool[] Take()
    {
        var isTaken = new bool[_clusters.Count];
        var within = new double[_clusters.Count];
        for (int i = _clusters.Count - 1; i > 0; i--)
        {
            Cluster cluster = _clusters[i];
            isTaken[i] = cluster.Stability >= within[i];
            within[cluster.Parent] += Math.Max(cluster.Stability, within[i]);
        }
        return isTaken;
    }

    /// <summary>The joins from the shortest edge to the longest: the whole is the last.</summary>
    Join[] JoinAll(TreeEdge[] edges)
    {
        int[] parent = [.. Enumerable.Range(0, (2 * _points) - 1)];
        int Root(int node)
        {
            while (parent[node] != node)
                node = parent[node] = parent[parent[node]];
            return node;
        }

        var joins = new Join[edges.Length];
        int next = 0;
        foreach (TreeEdge edge in edges.OrderBy(edge => edge.Length))
        {
            (int a, int b) = (Root(edge.From), Root(edge.To));
            int SizeOf(int node) => node < _points ? 1 : joins[node - _points].Size;
            joins[next] = new Join(a, b, SizeOf(a) + SizeOf(b), 1 / Math.Max(edge.Length, Shortest));
            parent[a] = parent[b] = _points + next++;
        }
        return joins;
    }

    void Condense()
    {
        Stack<(int Node, int Cluster)> open = new([(_points + _joins.Length - 1, 0)]);
        while (open.TryPop(out (int Node, int Cluster) item))
        {
            Join join = _joins[item.Node - _points];
            (bool isLeftLarge, bool isRightLarge) = (SizeOf(join.Left) >= _smallest, SizeOf(join.Right) >= _smallest);
            bool isSplit = isLeftLarge && isRightLarge;
            if (isSplit)
                _clusters[item.Cluster].Fall(join.Size, join.Density);
            GoOn(join.Left, isLeftLarge);
            GoOn(join.Right, isRightLarge);

            void GoOn(int node, bool isLarge)
            {
                if (!isLarge)
                    FallOut(node, item.Cluster, join.Density);
                else if (!isSplit)
                    open.Push((node, item.Cluster));
                else
                {
                    _clusters.Add(new Cluster(item.Cluster, join.Density));
                    open.Push((node, _clusters.Count - 1));
                }
            }
        }
    }

    int SizeOf(int node) => node < _points ? 1 : _joins[node - _points].Size;

    void FallOut(int node, int cluster, double density)
    {
        _clusters[cluster].Fall(SizeOf(node), density);
        Stack<int> open = new([node]);
        while (open.TryPop(out int part))
        {
            if (part < _points)
            {
                _clusterOfPoint[part] = cluster;
                continue;
            }
            open.Push(_joins[part - _points].Left);
            open.Push(_joins[part - _points].Right);
        }
    }

    /// <summary>Two parts, each a point or an earlier join, and the density (1/length) below which they are one.</summary>
    readonly record struct Join(int Left, int Right, int Size, double Density);

    sealed record Cluster(int Parent, double Begin)
    {
        public double Stability { get; private set; }

        public void Fall(int size, double density) => Stability += size * (density - Begin);
    }
}
