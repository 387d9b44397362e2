namespace Marketplace.Compute.Rendering.Bvh;

/// <summary>All triangles stand in the world.</summary>
internal readonly struct OneLevel : ILevels
{
    public static bool Instanced => false;
}
