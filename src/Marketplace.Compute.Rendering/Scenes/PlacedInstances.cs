using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>The instances as the world's tree and the tables take them.</summary>
/// <param name="Trees">Of the shared meshes.</param>
/// <param name="Meshes">For each instance its mesh.</param>
/// <param name="Boxes">For each instance its box in the world, widened by what rays are rounded.</param>
/// <param name="Bounds">Around all corners, not widened.</param>
/// <param name="Rows">See <see cref="Tracing.InstanceRows"/>; first the world's, unused.</param>
internal sealed record PlacedInstances(
    IReadOnlyList<SharedTree> Trees, int[] Meshes, Aabb[] Boxes, Aabb Bounds, Float4[] Rows)
{
    public static PlacedInstances None { get; } = new([], [], [], Aabb.Empty, []);

    /// <summary>For each instance the node at which its tree begins; first the world's, 0.</summary>
    public int[] RootsIn(TreeForest forest) =>
        Meshes.Length == 0 ? [] : [0, .. Meshes.Select(mesh => forest.Roots[mesh])];
}
