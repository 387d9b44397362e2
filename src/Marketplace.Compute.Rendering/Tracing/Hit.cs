namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>Where a ray met a triangle; <see cref="Triangle"/> is -1 where it met none.</summary>
internal struct Hit
{
    public float T;
    public float U;
    public float V;
    public int Triangle;
}
