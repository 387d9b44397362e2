namespace Marketplace.Compute.Rendering.Bvh;

/// <summary>Below the world's tree are those of the instances' meshes.</summary>
internal readonly struct TwoLevels : ILevels
{
    public static bool Instanced => true;
}
