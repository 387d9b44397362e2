using System.Numerics;
using Marketplace.Compute.Rendering.Numerics;
using SharpGLTF.Schema2;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>The vertices of a primitive in world space: morphed first, then skinned or placed.</summary>
internal sealed class GltfVertices
{
    /// <summary>What is read of a primitive.</summary>
    public static readonly string[] Attributes =
    [
        "POSITION", "NORMAL", "TANGENT", "TEXCOORD_0", "TEXCOORD_1", "COLOR_0", "JOINTS_0", "WEIGHTS_0",
    ];

    private readonly Vec3[] _positions;
    private readonly Vec3[]? _normals;
    private readonly Float4[]? _tangents;
    private readonly IReadOnlyList<Vector4>? _colours;
    private readonly IReadOnlyList<Vector2>? _uv0;
    private readonly IReadOnlyList<Vector2>? _uv1;

    private readonly SceneWork _work;

    public GltfVertices(MeshPrimitive primitive, GltfPose pose, SceneWork work)
    {
        _work = work;
        var positions = primitive.GetVertexAccessor("POSITION")?.AsVector3Array().ToArray() ?? [];
        var normals = primitive.GetVertexAccessor("NORMAL")?.AsVector3Array().ToArray();
        var tangents = primitive.GetVertexAccessor("TANGENT")?.AsVector4Array().ToArray();
        Count = positions.Length;
        Refuse(primitive, "NORMAL", normals?.Length);
        Refuse(primitive, "TANGENT", tangents?.Length);
        GltfMorph.Add(primitive, pose.MorphWeights, positions, normals, tangents, work);
        var joints = primitive.GetVertexAccessor("JOINTS_0")?.AsVector4Array();
        var weights = primitive.GetVertexAccessor("WEIGHTS_0")?.AsVector4Array();
        Refuse(primitive, "JOINTS_0", joints?.Count);
        Refuse(primitive, "WEIGHTS_0", weights?.Count);
        _positions = new Vec3[Count];
        _normals = normals is null ? null : new Vec3[Count];
        _tangents = tangents is null ? null : new Float4[Count];

        for (var i = 0; i < Count; i++)
        {
            work.Step();
            var matrix = pose.MatrixFor(joints is null ? default : joints[i], weights is null ? default : weights[i]);
            var placed = Vector3.Transform(positions[i], matrix);
            _positions[i] = new Vec3(placed.X, placed.Y, placed.Z);

            if (_normals is not null)
            {
                _normals[i] = TurnNormal(normals![i], matrix);
            }

            if (_tangents is not null)
            {
                var turned = GltfLights.Finite(Vector3.TransformNormal(AsVector3(tangents![i]), matrix));
                _tangents[i] = new Float4(turned.Normalized(), tangents[i].W < 0f ? -1f : 1f);
            }
        }

        _colours = primitive.GetVertexAccessor("COLOR_0")?.AsColorArray(1f);
        _uv0 = primitive.GetVertexAccessor("TEXCOORD_0")?.AsVector2Array();
        _uv1 = primitive.GetVertexAccessor("TEXCOORD_1")?.AsVector2Array();
        Refuse(primitive, "COLOR_0", _colours?.Count);
        Refuse(primitive, "TEXCOORD_0", _uv0?.Count);
        Refuse(primitive, "TEXCOORD_1", _uv1?.Count);
    }

    public int Count { get; }

    public bool HasNormals => _normals is not null;

    public bool HasTangents => _tangents is not null;

    public Vec3 PositionAt(int vertex) => _positions[vertex];

    /// <summary>Whether a triangle has an area where it stands.</summary>
    public bool HasArea(Int4 t) => SceneBuilder.HasArea(_positions[t.X], _positions[t.Y], _positions[t.Z]);

    public Vec3 NormalAt(int vertex) => _normals![vertex];

    public SceneVertex At(int vertex, Vec3 normal, Float4[]? madeTangents)
    {
        var colour = _colours is null ? Vector4.One : _colours[vertex];
        var uv0 = _uv0 is null ? default : _uv0[vertex];
        var uv1 = _uv1 is null ? default : _uv1[vertex];
        var tangent = (_tangents ?? madeTangents) is { } tangents ? tangents[vertex] : default;

        return new SceneVertex(
            _positions[vertex],
            normal,
            new Float4(Unit(colour.X), Unit(colour.Y), Unit(colour.Z), Unit(colour.W)),
            tangent,
            new Float4(uv0.X, uv0.Y, uv1.X, uv1.Y));
    }

    /// <summary>Tangents along growing u, summed over the triangles of a vertex (Lengyel 2001).</summary>
    /// <param name="triangles">The primitive's.</param>
    /// <param name="set">The set of coordinates, 0 or 1: that of the texture which is turned by them.</param>
    /// <param name="isShared">Marks their sides as made, for mirrored instances: see <see cref="SceneTables"/>.</param>
    public Float4[] MakeTangents(List<Int4> triangles, int set, bool isShared)
    {
        var one = isShared ? 2f : 1f;
        var coordinates = set == 0 ? _uv0 : _uv1;
        var along = new Vec3[Count];
        var side = new float[Count];

        foreach (var t in triangles)
        {
            _work.Step();
            var edge1 = _positions[t.Y] - _positions[t.X];
            var edge2 = _positions[t.Z] - _positions[t.X];
            var uv = coordinates is null ? default : coordinates[t.X];
            var d1 = coordinates is null ? default : coordinates[t.Y] - uv;
            var d2 = coordinates is null ? default : coordinates[t.Z] - uv;
            var area = (d1.X * d2.Y) - (d2.X * d1.Y);
            var tangent = ((edge1 * d2.Y) - (edge2 * d1.Y)) * (area < 0f ? -1f : 1f);

            if (area != 0f && float.IsFinite(Vec3.Dot(tangent, tangent)))
            {
                Sum(t.X, tangent, area);
                Sum(t.Y, tangent, area);
                Sum(t.Z, tangent, area);
            }
        }

        var made = new Float4[Count];

        for (var i = 0; i < Count; i++)
        {
            made[i] = new Float4(along[i].Normalized(), side[i] > 0f ? -one : one);
        }

        return made;

        void Sum(int vertex, Vec3 tangent, float area)
        {
            along[vertex] += tangent.Normalized();
            side[vertex] += area > 0f ? 1f : -1f;
        }
    }

    /// <summary>
    /// By the cofactors, which are the inverse transpose up to length and work for flat matrices too.
    /// </summary>
    private static Vec3 TurnNormal(Vector3 n, Matrix4x4 m)
    {
        var x = new Vector3(m.M11, m.M12, m.M13);
        var y = new Vector3(m.M21, m.M22, m.M23);
        var z = new Vector3(m.M31, m.M32, m.M33);
        var turned = (Vector3.Cross(y, z) * n.X) + (Vector3.Cross(z, x) * n.Y) + (Vector3.Cross(x, y) * n.Z);
        var mirrored = Vector3.Dot(Vector3.Cross(x, y), z) < 0f;

        return GltfLights.Finite(mirrored ? -turned : turned).Normalized();
    }

    private static Vector3 AsVector3(Vector4 v) => new(v.X, v.Y, v.Z);

    private static float Unit(float x) => Num.Clamp(x, 0f, 1f);

    private void Refuse(MeshPrimitive primitive, string attribute, int? count)
    {
        if (count is { } given && given != Count)
        {
            throw new SceneFormatException(
                $"glTF: mesh {primitive.LogicalParent.LogicalIndex} primitive {primitive.LogicalIndex}: "
                + $"{given} {attribute} for {Count} positions.");
        }
    }
}
