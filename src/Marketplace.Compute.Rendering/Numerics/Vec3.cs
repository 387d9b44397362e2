using System.Runtime.CompilerServices;

namespace Marketplace.Compute.Rendering.Numerics;

/// <summary>
/// Three floats. Our own, because the kernel front end refuses System.Numerics; operations are written in one fixed
/// order, so that the CPU backends agree bit for bit. They ask to be inlined: in a method that uses hundreds of them
/// the compiler would leave the last as calls, and where it has no profile all of them (half of the Host's speed).
/// </summary>
public readonly struct Vec3(float x, float y, float z) : IEquatable<Vec3>
{
    public float X { get; } = x;

    public float Y { get; } = y;

    public float Z { get; } = z;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vec3(float all)
        : this(all, all, all)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 operator +(Vec3 a, Vec3 b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 operator -(Vec3 a, Vec3 b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 operator -(Vec3 a) => new(-a.X, -a.Y, -a.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 operator *(Vec3 a, Vec3 b) => new(a.X * b.X, a.Y * b.Y, a.Z * b.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 operator *(Vec3 a, float s) => new(a.X * s, a.Y * s, a.Z * s);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 operator *(float s, Vec3 a) => new(a.X * s, a.Y * s, a.Z * s);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 operator /(Vec3 a, float s) => a * (1f / s);

    public static bool operator ==(Vec3 a, Vec3 b) => a.Equals(b);

    public static bool operator !=(Vec3 a, Vec3 b) => !a.Equals(b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Dot(Vec3 a, Vec3 b) => (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 Cross(Vec3 a, Vec3 b) =>
        new((a.Y * b.Z) - (a.Z * b.Y), (a.Z * b.X) - (a.X * b.Z), (a.X * b.Y) - (a.Y * b.X));

    public float Length() => MathF.Sqrt(Dot(this, this));

    /// <summary>
    /// The unit vector of the same direction; a vector too short to have one (under 1e-34 or so) stays as it is.
    /// </summary>
    public Vec3 Normalized()
    {
        // Below this a square is near the smallest normal float, and its root has lost digits.
        const float squareMin = 1e-30f;
        const float scale = 18446744073709551616f;

        var lengthSquared = Dot(this, this);

        if (lengthSquared >= squareMin)
        {
            return this * (1f / MathF.Sqrt(lengthSquared));
        }

        // A power of two, so that scaling loses nothing.
        var scaled = this * scale;
        lengthSquared = Dot(scaled, scaled);

        return lengthSquared >= squareMin ? scaled * (1f / MathF.Sqrt(lengthSquared)) : this;
    }

    /// <summary>Brightness as the eye weighs it (Rec. 709).</summary>
    public float Luminance() => (0.2126f * X) + (0.7152f * Y) + (0.0722f * Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float MaxComponent() => Num.Max(X, Num.Max(Y, Z));

    public bool Equals(Vec3 other) => X == other.X && Y == other.Y && Z == other.Z;

    public override bool Equals(object? obj) => obj is Vec3 other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(X, Y, Z);

    public override string ToString() => FormattableString.Invariant($"({X}, {Y}, {Z})");
}
