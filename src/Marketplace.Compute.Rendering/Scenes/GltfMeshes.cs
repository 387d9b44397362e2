using System.Numerics;
using System.Text.RegularExpressions;
using Marketplace.Compute.Rendering.Numerics;
using SharpGLTF.Schema2;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// Turns the mesh of a node into world-space triangles, or a shared one into triangles in its own space and instances.
/// Points and lines have no area: they are left out and told.
/// </summary>
internal sealed partial class GltfMeshes(
    SceneBuilder builder,
    GltfMaterials materials,
    GltfMoment moment,
    GltfSharing sharing,
    SceneLimits limits,
    SceneWork work)
{
    private static readonly string[] TurnedByTangents = ["Normal", "ClearCoatNormal", "Anisotropy"];

    /// <summary>Names that are told: a file may have as many as it likes.</summary>
    private const int IgnoredMax = 64;

    private readonly Dictionary<int, SharedMesh> _shared = [];

    /// <summary>The numbers of the shared meshes of which a copy has a size.</summary>
    private readonly HashSet<int> _placed = [];

    /// <summary>Of each mesh that was met what has an area: a mesh may have as many copies as primitives.</summary>
    private readonly Dictionary<int, MeshPrimitive[]> _drawn = [];
    private readonly SortedSet<string> _ignored = new(StringComparer.Ordinal);
    private readonly HashSet<(int Mesh, int Primitive)> _noted = [];
    private long _triangles;
    private long _vertices;
    private long _withoutArea;
    private long _sizelessLamps;

    /// <summary>Triangles that the file draws, those without area counted.</summary>
    public long Triangles => _triangles + _sizelessLamps;

    /// <summary>
    /// Attributes of what is drawn that glTF names and that are not read, 64 at most, and primitives and triangles
    /// without area.
    /// </summary>
    public IReadOnlyList<string> Ignored => WithoutArea == 0
        ? [.. _ignored]
        : [.. _ignored, $"TRIANGLES without area ({WithoutArea} of {Triangles})"];

    /// <summary>A shared mesh has none if none of its copies has a size.</summary>
    private long WithoutArea => _withoutArea + _sizelessLamps
        + _shared.Values.Where(mesh => !_placed.Contains(mesh.Number)).Sum(mesh => (long)mesh.Triangles);

    public void Add(Node node)
    {
        var drawn = Drawn(node.Mesh);

        foreach (var world in GltfInstances.Of(node, moment.WorldOf(node)))
        {
            work.Step();
            AddAt(node, drawn, world);
        }
    }

    private void AddAt(Node node, MeshPrimitive[] drawn, Matrix4x4 world)
    {
        var isShared = node.Skin is null && sharing.Has(node.Mesh);
        var expanded = drawn;

        if (isShared && Placement.LeavesNoArea(world))
        {
            // Copies of no size, as many as a file likes, cost nothing.
            _sizelessLamps += SharedOf(node.Mesh).LampTriangles;

            return;
        }

        if (isShared && Placement.Of(world) is { } placement)
        {
            var mesh = SharedOf(node.Mesh);
            expanded = mesh.Lamps;
            _placed.Add(mesh.Number);
            builder.AddInstance(mesh.Number, placement, node.LogicalIndex);
        }

        if (expanded.Length == 0)
        {
            return;
        }

        var pose = GltfPose.Of(node, moment, world, work);

        foreach (var primitive in expanded)
        {
            AddPrimitive(primitive, pose, node.LogicalIndex);
        }
    }

    /// <summary>
    /// A mesh's triangles in its own space, but for its lamps: each copy of those is chosen as a light of its own.
    /// </summary>
    private SharedMesh SharedOf(Mesh mesh)
    {
        if (_shared.TryGetValue(mesh.LogicalIndex, out var known))
        {
            return known;
        }

        MeshPrimitive[] lamps = [.. Drawn(mesh).Where(Emits)];
        var first = builder.TriangleCount;

        foreach (var primitive in Drawn(mesh).Except(lamps))
        {
            AddPrimitive(primitive, GltfPose.AtRest, 0, isShared: true);
        }

        var triangles = builder.TriangleCount - first;

        return _shared[mesh.LogicalIndex] =
            new(builder.ShareFrom(first), lamps, lamps.Sum(GltfSharing.TrianglesOf), triangles);
    }

    private bool Emits(MeshPrimitive primitive) =>
        builder.MeanEmission(materials.PlaceOf(primitive.Material)).MaxComponent() > 0f;

    /// <summary>The primitives of a mesh that have an area; when it is met first, the others are noted.</summary>
    private MeshPrimitive[] Drawn(Mesh mesh)
    {
        if (!_drawn.TryGetValue(mesh.LogicalIndex, out var drawn))
        {
            NoteWithoutArea(mesh);
            _drawn[mesh.LogicalIndex] = drawn = [.. mesh.Primitives.Where(HasArea)];
        }

        return drawn;
    }

    private static bool HasArea(MeshPrimitive primitive) => primitive.DrawPrimitiveType is PrimitiveType.TRIANGLES
        or PrimitiveType.TRIANGLE_STRIP or PrimitiveType.TRIANGLE_FAN;

    private void AddPrimitive(MeshPrimitive primitive, GltfPose pose, int part, bool isShared = false)
    {
        work.Step();
        var source = new GltfVertices(primitive, pose, work);
        NoteIgnored(primitive);
        _vertices += 1 + source.Count;

        if (_vertices > 3L * limits.TrianglesMax)
        {
            throw new SceneFormatException(
                $"glTF: over {3L * limits.TrianglesMax} vertices (three times {nameof(SceneLimits.TrianglesMax)}).");
        }

        if (source.Count == 0)
        {
            return;
        }

        var triangles = TrianglesOf(primitive, source.Count, pose.Mirrored);
        var material = materials.PlaceOf(primitive.Material);
        var needsTangents = NeedsTangents(primitive.Material);
        var tangents = needsTangents && !source.HasTangents
            ? source.MakeTangents(triangles, SetOf(primitive.Material), isShared)
            : null;
        _withoutArea += triangles.RemoveAll(t => !source.HasArea(t));
        var corners = 3L * triangles.Count;
        builder.Expect(
            $"mesh {primitive.LogicalParent.LogicalIndex} primitive {primitive.LogicalIndex}",
            source.HasNormals ? Math.Min(source.Count, corners) : corners,
            triangles.Count,
            material);

        if (source.HasNormals)
        {
            AddShared(source, triangles, material, part, tangents);
        }
        else
        {
            AddFlat(source, triangles, material, part, tangents);
        }
    }

    private void NoteIgnored(MeshPrimitive primitive)
    {
        if (!_noted.Add((primitive.LogicalParent.LogicalIndex, primitive.LogicalIndex)))
        {
            return;
        }

        Note(primitive.VertexAccessors.Keys.Except(GltfVertices.Attributes, StringComparer.Ordinal));

        for (var target = 0; target < primitive.MorphTargetsCount; target++)
        {
            work.Step();
            Note(
                primitive.GetMorphTargetAccessors(target).Keys.Except(GltfMorph.Attributes, StringComparer.Ordinal),
                " (morph target)");
        }
    }

    private void NoteWithoutArea(Mesh mesh)
    {
        foreach (var primitive in mesh.Primitives.Where(primitive => !HasArea(primitive)))
        {
            work.Step();
            _ignored.Add($"{primitive.DrawPrimitiveType} (primitives)");
        }
    }

    /// <summary>Names of one's own are nobody else's business.</summary>
    private void Note(IEnumerable<string> names, string of = "")
    {
        foreach (var name in names.Where(name => _ignored.Count < IgnoredMax && Numbered().IsMatch(name)))
        {
            _ignored.Add(name + of);
        }
    }

    [GeneratedRegex(
        @"^(TEXCOORD|COLOR|JOINTS|WEIGHTS)_[0-9]{1,3}\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Numbered();

    private static bool NeedsTangents(Material? material) =>
        material?.FindChannel("Normal")?.Texture is not null
        || material?.FindChannel("ClearCoatNormal")?.Texture is not null
        || material?.FindChannel("Anisotropy") is not null;

    /// <summary>The coordinates of the texture that the tangents are for; made ones can follow one set only.</summary>
    private static int SetOf(Material? material)
    {
        var turned = TurnedByTangents.Select(name => material?.FindChannel(name))
            .FirstOrDefault(channel => channel?.Texture is not null);

        return turned is { } channel ? GltfTextures.SetOf(channel) : 0;
    }

    private void AddShared(
        GltfVertices source, List<Int4> triangles, int material, int part, Float4[]? tangents)
    {
        var places = new int[source.Count];
        Array.Fill(places, -1);

        foreach (var triangle in triangles)
        {
            work.Step();
            builder.AddTriangle(Place(triangle.X), Place(triangle.Y), Place(triangle.Z), material, part);
        }

        int Place(int vertex) => places[vertex] >= 0
            ? places[vertex]
            : places[vertex] = builder.AddVertex(source.At(vertex, source.NormalAt(vertex), tangents));
    }

    /// <summary>Without normals every triangle is flat, so it has vertices of its own.</summary>
    private void AddFlat(GltfVertices source, List<Int4> triangles, int material, int part, Float4[]? tangents)
    {
        foreach (var t in triangles)
        {
            work.Step();
            var a = source.PositionAt(t.X);
            var normal = Vec3.Cross(source.PositionAt(t.Y) - a, source.PositionAt(t.Z) - a).Normalized();
            builder.AddTriangle(
                builder.AddVertex(source.At(t.X, normal, tangents)),
                builder.AddVertex(source.At(t.Y, normal, tangents)),
                builder.AddVertex(source.At(t.Z, normal, tangents)),
                material,
                part);
        }
    }

    /// <summary>Corner numbers, checked; a mirroring transform turns each triangle round again.</summary>
    private List<Int4> TrianglesOf(MeshPrimitive primitive, int vertices, bool mirrored)
    {
        var triangles = new List<Int4>();

        foreach (var (a, b, c) in work.Count(primitive.GetTriangleIndices()))
        {
            if ((uint)a >= (uint)vertices || (uint)b >= (uint)vertices || (uint)c >= (uint)vertices)
            {
                throw new SceneFormatException(
                    $"glTF: mesh {primitive.LogicalParent.LogicalIndex} primitive {primitive.LogicalIndex} "
                    + $"triangle {triangles.Count}: corners {a}, {b}, {c} of {vertices} vertices.");
            }

            if (++_triangles > limits.TrianglesMax)
            {
                throw new SceneFormatException(
                    $"glTF: over {limits.TrianglesMax} triangles ({nameof(SceneLimits.TrianglesMax)}).");
            }

            triangles.Add(mirrored ? new Int4(a, c, b, 0) : new Int4(a, b, c, 0));
        }

        return triangles;
    }

    /// <summary>A mesh by its number in the builder: its lamps, their triangles, and those of the rest.</summary>
    private sealed record SharedMesh(int Number, MeshPrimitive[] Lamps, long LampTriangles, int Triangles);
}
