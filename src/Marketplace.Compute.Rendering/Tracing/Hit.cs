namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>Where a ray met a triangle; <see cref="Triangle"/> is -1 where it met none.</summary>
internal struct Hit
{
    public float T;
    public float U;
    public float V;
    public int Triangle;

    /// <summary>The instance whose triangle it is; 0 is the world, whose triangles stand where they are.</summary>
    public int Instance;
}
