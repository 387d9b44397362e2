namespace Marketplace.Compute.Rendering.Bvh;

/// <summary>The tree over a shared mesh in the mesh's own space.</summary>
/// <param name="Tree">As <see cref="BvhBuilder"/> makes it; its leaves name triangles from 0 on.</param>
/// <param name="First">The mesh's first triangle among all.</param>
internal sealed record SharedTree(BvhTree Tree, int First);
