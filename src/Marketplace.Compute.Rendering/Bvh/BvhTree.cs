namespace Marketplace.Compute.Rendering.Bvh;

/// <summary>A built tree: 16 words a node, and for each place in the leaves which box stands there.</summary>
internal sealed record BvhTree(float[] Nodes, int[] Order);
