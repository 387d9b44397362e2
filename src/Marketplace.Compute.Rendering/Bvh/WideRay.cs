using System.Runtime.Intrinsics;
using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Bvh;

/// <summary>A ray spread over eight lanes, and where in a node its near and far planes lie.</summary>
internal readonly struct WideRay
{
    public readonly Vector256<float> OriginX;
    public readonly Vector256<float> OriginY;
    public readonly Vector256<float> OriginZ;
    public readonly Vector256<float> X;
    public readonly Vector256<float> Y;
    public readonly Vector256<float> Z;
    public readonly Vector256<float> InverseX;
    public readonly Vector256<float> InverseY;
    public readonly Vector256<float> InverseZ;
    public readonly int NearX;
    public readonly int FarX;
    public readonly int NearY;
    public readonly int FarY;
    public readonly int NearZ;
    public readonly int FarZ;

    public WideRay(Vec3 origin, Vec3 direction)
    {
        const int width = WideTree.Width;
        var inverse = Traversal.Inverse(direction);
        OriginX = Vector256.Create(origin.X);
        OriginY = Vector256.Create(origin.Y);
        OriginZ = Vector256.Create(origin.Z);
        X = Vector256.Create(direction.X);
        Y = Vector256.Create(direction.Y);
        Z = Vector256.Create(direction.Z);
        InverseX = Vector256.Create(inverse.X);
        InverseY = Vector256.Create(inverse.Y);
        InverseZ = Vector256.Create(inverse.Z);
        NearX = inverse.X < 0f ? width : 0;
        FarX = width - NearX;
        NearY = inverse.Y < 0f ? 3 * width : 2 * width;
        FarY = (5 * width) - NearY;
        NearZ = inverse.Z < 0f ? 5 * width : 4 * width;
        FarZ = (9 * width) - NearZ;
    }
}
