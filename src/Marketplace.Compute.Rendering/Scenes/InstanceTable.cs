using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// The shared meshes, which are runs of triangles in their own space, and the instances that place them in the world.
/// </summary>
internal sealed class InstanceTable
{
    private readonly List<(int First, int End)> _meshes = [];
    private readonly List<(int Mesh, Placement Placement, int Part)> _instances = [];

    public int Count => _instances.Count;

    public void Clear()
    {
        _meshes.Clear();
        _instances.Clear();
    }

    /// <summary>A run of triangles behind those of the meshes before; answers the mesh's number.</summary>
    public int AddMesh(int first, int end)
    {
        _meshes.Add((first, end));

        return _meshes.Count - 1;
    }

    /// <summary>An instance of a mesh without triangles is none.</summary>
    public void Add(int mesh, Placement placement, int part)
    {
        if (_meshes[mesh].End > _meshes[mesh].First)
        {
            _instances.Add((mesh, placement, part));
        }
    }

    /// <summary>How many triangles are of no shared mesh.</summary>
    public int LooseCount(int triangles) => triangles - _meshes.Sum(mesh => mesh.End - mesh.First);

    /// <summary>The triangles that are of no shared mesh.</summary>
    public int[] Loose(int triangles)
    {
        var loose = new int[LooseCount(triangles)];
        var (from, at) = (0, 0);

        foreach (var (first, end) in _meshes.Append((triangles, triangles)))
        {
            for (; from < first; from++)
            {
                loose[at++] = from;
            }

            from = end;
        }

        return loose;
    }

    /// <summary>Builds the meshes' trees and places the instances.</summary>
    public PlacedInstances Place(List<Int4> triangles, List<Vec3> positions, SceneWork work)
    {
        if (_instances.Count == 0)
        {
            return PlacedInstances.None;
        }

        var trees = new SharedTree[_meshes.Count];
        var corners = new Vec3[_meshes.Count][];
        var bounds = new Aabb[_meshes.Count];

        for (var mesh = 0; mesh < trees.Length; mesh++)
        {
            var (first, end) = _meshes[mesh];
            var boxes = new Aabb[end - first];

            for (var i = 0; i < boxes.Length; i++)
            {
                work.Step();
                var t = triangles[first + i];
                boxes[i] = Aabb.Of(positions[t.X], positions[t.Y], positions[t.Z]);
            }

            var tree = BvhBuilder.Build(boxes, work);
            trees[mesh] = new SharedTree(tree, first);
            bounds[mesh] = boxes.Aggregate(Aabb.Empty, (all, box) => all.Union(box));
            corners[mesh] = [.. tree.Order.Select(i => triangles[first + i])
                .SelectMany(t => new[] { positions[t.X], positions[t.Y], positions[t.Z] })];
        }

        return Placed(trees, corners, bounds, work);
    }

    private PlacedInstances Placed(SharedTree[] trees, Vec3[][] corners, Aabb[] bounds, SceneWork work)
    {
        var boxes = new Aabb[_instances.Count];
        var all = Aabb.Empty;
        var rows = new Float4[(_instances.Count + 1) * InstanceRows.Count];

        for (var i = 0; i < boxes.Length; i++)
        {
            var (mesh, placement, part) = _instances[i];
            var box = PlacedBounds.Of(trees[mesh].Tree, corners[mesh], placement.ToWorld, work);
            var rounding = placement.Rounding(bounds[mesh], box);
            all = all.Union(box);

            // Wide enough that no ray passes by the box that meets a triangle in the mesh's own space.
            boxes[i] = new Aabb(
                box.MinX - rounding, box.MinY - rounding, box.MinZ - rounding,
                box.MaxX + rounding, box.MaxY + rounding, box.MaxZ + rounding);
            placement.Write(rows.AsSpan((i + 1) * InstanceRows.Count, InstanceRows.Count), rounding, part);
        }

        return new PlacedInstances(trees, [.. _instances.Select(one => one.Mesh)], boxes, all, rows);
    }
}
