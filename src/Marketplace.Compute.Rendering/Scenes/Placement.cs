using System.Numerics;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// How an instance stands in the world: an affine map that can be undone without losing many digits.
/// </summary>
internal sealed class Placement
{
    /// <summary>
    /// The most by which the longest axis may exceed the shortest, about: a ray's place on a surface keeps some four
    /// digits on the way there and back.
    /// </summary>
    private const double ConditionMax = 1e3;

    /// <summary>Scales beyond these make rays' directions too short or too long for floats.</summary>
    private const double ScaleMax = 1e6;

    /// <summary>Some sixteen roundings, for sums of three products and an offset.</summary>
    private const float LiftFactor = 1e-6f;

    private readonly Float4[] _toObject;
    private readonly Float4[] _toWorld;
    private readonly bool _mirrored;

    private Placement(Float4[] toObject, Float4[] toWorld, bool mirrored)
    {
        _toObject = toObject;
        _toWorld = toWorld;
        _mirrored = mirrored;
    }

    public ReadOnlySpan<Float4> ToWorld => _toWorld;

    /// <summary>Null where the map is flat, too large, too small or too lopsided to be undone.</summary>
    public static Placement? Of(Matrix4x4 m)
    {
        // In double precision: the columns are the axes' images, the inverse's rows their cross products.
        double[] x = [m.M11, m.M12, m.M13];
        double[] y = [m.M21, m.M22, m.M23];
        double[] z = [m.M31, m.M32, m.M33];
        double[] offset = [m.M41, m.M42, m.M43];
        var determinant = Dot(Cross(x, y), z);
        double[][] inverse = [Cross(y, z), Cross(z, x), Cross(x, y)];
        var size = Math.Sqrt(Dot(x, x) + Dot(y, y) + Dot(z, z));
        var back = Math.Sqrt(inverse.Sum(row => Dot(row, row))) / Math.Abs(determinant);

        if (!(size < ScaleMax && back < ScaleMax && size * back < ConditionMax) || !offset.All(double.IsFinite))
        {
            return null;
        }

        var toObject = Array.ConvertAll(inverse, row => new Float4(
            (float)(row[0] / determinant),
            (float)(row[1] / determinant),
            (float)(row[2] / determinant),
            (float)(-Dot(row, offset) / determinant)));
        Float4[] toWorld =
        [
            new(m.M11, m.M21, m.M31, m.M41), new(m.M12, m.M22, m.M32, m.M42), new(m.M13, m.M23, m.M33, m.M43),
        ];

        return new Placement(toObject, toWorld, determinant < 0);
    }

    /// <summary>
    /// The axes' images lie on a line or a point, or are no numbers: nothing that is placed by it has an area.
    /// </summary>
    public static bool LeavesNoArea(Matrix4x4 m)
    {
        var x = new Vector3(m.M11, m.M12, m.M13);
        var y = new Vector3(m.M21, m.M22, m.M23);
        var z = new Vector3(m.M31, m.M32, m.M33);
        var areas = Vector3.Cross(y, z).Length() + Vector3.Cross(z, x).Length() + Vector3.Cross(x, y).Length();

        return !(areas > 0f && float.IsFinite(m.M41 + m.M42 + m.M43));
    }

    /// <summary>What is rounded in the world on the way of a point to the object and back.</summary>
    /// <param name="local">The box around the mesh.</param>
    /// <param name="world">The box around the instance.</param>
    public float Rounding(Aabb local, Aabb world)
    {
        var there = Spread(_toObject, Farthest(world));
        var back = Spread(_toWorld, there + Farthest(local));

        return LiftFactor * back.MaxComponent();
    }

    /// <summary>Writes the rows of <see cref="InstanceRows"/>.</summary>
    public void Write(Span<Float4> rows, float lift, int part)
    {
        _toObject.CopyTo(rows[InstanceRows.ToObject..]);
        _toWorld.CopyTo(rows[InstanceRows.ToWorld..]);
        rows[InstanceRows.Head] = new Float4(lift, _mirrored ? -1f : 1f, part, 0f);
    }

    private static Vec3 Farthest(Aabb box) => new(
        Num.Max(Num.Abs(box.MinX), Num.Abs(box.MaxX)),
        Num.Max(Num.Abs(box.MinY), Num.Abs(box.MaxY)),
        Num.Max(Num.Abs(box.MinZ), Num.Abs(box.MaxZ)));

    /// <summary>The map of sizes: no sum is smaller than its summands.</summary>
    private static Vec3 Spread(Float4[] map, Vec3 size) => new(
        Spread(map[0], size), Spread(map[1], size), Spread(map[2], size));

    private static float Spread(Float4 row, Vec3 size) =>
        (Num.Abs(row.X) * size.X) + (Num.Abs(row.Y) * size.Y) + (Num.Abs(row.Z) * size.Z) + Num.Abs(row.W);

    private static double Dot(double[] a, double[] b) => (a[0] * b[0]) + (a[1] * b[1]) + (a[2] * b[2]);

    private static double[] Cross(double[] a, double[] b) =>
        [(a[1] * b[2]) - (a[2] * b[1]), (a[2] * b[0]) - (a[0] * b[2]), (a[0] * b[1]) - (a[1] * b[0])];
}
