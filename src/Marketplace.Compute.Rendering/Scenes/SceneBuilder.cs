using System.Runtime.InteropServices;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// Collects triangles, materials, textures and lights, then builds the tables: tree, light choice, environment.
/// </summary>
/// <param name="memory">Counts what is collected. Default: nobody does.</param>
internal sealed class SceneBuilder(SceneMemory? memory = null)
{
    private readonly List<Float4> _vertices = [];
    private readonly List<Vec3> _positions = [];
    private readonly List<Int4> _triangles = [];
    private readonly List<int> _objects = [];
    private readonly List<Float4> _materials = [];
    private readonly List<LightSource> _lights = [];
    private readonly InstanceTable _instances = new();

    private long _lamps;
    private (EnvironmentMap Map, EnvironmentTable Table)? _environment;

    /// <summary>Triangles that are kept: those of a shared mesh once.</summary>
    public int TriangleCount => _triangles.Count;

    public int InstanceCount => _instances.Count;

    /// <summary>Neither a triangle of the world nor an instance: what is drawn is the environment alone.</summary>
    public bool DrawsNothing => _instances.Count == 0 && _instances.LooseCount(TriangleCount) == 0;

    public int MaterialCount => _materials.Count / MaterialRows.Count;

    public TextureTable Textures { get; } = new();

    /// <summary>Forgets triangles and lights; materials, textures and environment stay for the next moment.</summary>
    public void ClearGeometry()
    {
        _vertices.Clear();
        _positions.Clear();
        _triangles.Clear();
        _objects.Clear();
        _lights.Clear();
        _instances.Clear();
        _lamps = 0;
    }

    /// <summary>Whether a ray could meet it: its corners are numbers and span an area that is one.</summary>
    public static bool HasArea(Vec3 a, Vec3 b, Vec3 c)
    {
        var normal = Vec3.Cross(b - a, c - a);
        var area2 = Vec3.Dot(normal, normal);

        return area2 > 0f && float.IsFinite(area2);
    }

    /// <summary>So much more will be added. To be said before it is, and of no more than there will be.</summary>
    /// <exception cref="SceneFormatException">With it the scene takes too much memory; names what.</exception>
    public void Expect(string what, long vertices, int triangles, int material)
    {
        _lamps += MayEmit(material) ? triangles : 0;
        Count(what, vertices, triangles);
    }

    public int AddVertex(SceneVertex vertex)
    {
        _positions.Add(vertex.Position);
        _vertices.Add(new Float4(vertex.Normal, 0f));
        _vertices.Add(vertex.Colour);
        _vertices.Add(vertex.Tangent);
        _vertices.Add(vertex.Uv);

        return _positions.Count - 1;
    }

    /// <summary>One without <see cref="HasArea"/> is left out. The part tells objects apart, from 0 on.</summary>
    public void AddTriangle(int a, int b, int c, int material, int part = 0)
    {
        if (HasArea(_positions[a], _positions[b], _positions[c]))
        {
            _triangles.Add(new Int4(a, b, c, material));
            _objects.Add(part);
        }
    }

    /// <summary>
    /// Makes the triangles that were added since there were <paramref name="first"/> a mesh in its own space, which is
    /// drawn only where an instance places it. None of them may be a light: no chance to draw it would be counted.
    /// </summary>
    public int ShareFrom(int first) => _instances.AddMesh(first, _triangles.Count);

    /// <summary>Places a shared mesh in the world. The part is that of its triangles.</summary>
    public void AddInstance(int mesh, Placement placement, int part = 0)
    {
        Count("its instances", 0, 0);
        _instances.Add(mesh, placement, part);
    }

    public int AddMaterial(SceneMaterial material)
    {
        _materials.Add(material.Base);
        _materials.Add(new Float4(material.Emission, material.DoubleSided ? 1f : 0f));
        _materials.Add(new Float4(material.Metallic, material.Roughness, material.AlphaCutoff, material.NormalScale));
        _materials.Add(new Float4(
            material.BaseTexture, material.MetallicRoughnessTexture, material.EmissionTexture, material.NormalTexture));
        var kind = material.Unlit ? MaterialRows.KindUnlit
            : material.Layers is null ? MaterialRows.KindPlain : MaterialRows.KindLayered;
        _materials.AddRange((material.Layers ?? new SceneLayers()).ToRows(kind));

        return MaterialCount - 1;
    }

    public void AddLight(LightSource light) => _lights.Add(light);

    /// <summary>
    /// The tables of what was collected. Its vertices and triangles go into them: begin anew after it.
    /// </summary>
    public SceneTables Build(SceneOptions options, SceneWork work, out Vec3 low, out Vec3 high)
    {
        // No two copies of what is largest for longer than it takes, and the pictures before anyone asks for a mean.
        var vertices = Taken(_vertices);
        var texels = Textures.Texels(work);
        var placed = _instances.Place(_triangles, _positions, work);
        var loose = _instances.Loose(_triangles.Count);
        var forest = ForestOf(placed, loose, work, out low, out high);
        work.Look();
        var links = Array.ConvertAll(forest.Order, triangle => _triangles[triangle]);
        Free(_triangles);
        var radius = (high - low).Length() * 0.5f;
        var lights = LightTable.Build(links.AsSpan(0, loose.Length), _positions, this, _lights, radius);
        work.Look();
        var environment = options.Environment ?? (lights.Count == 0 ? EnvironmentMap.Sky : null);
        var drawn = environment is null ? null : TableOf(environment);

        return new SceneTables
        {
            Nodes = forest.Nodes,
            Instances = placed.Rows,
            InstanceRoots = placed.RootsIn(forest),
            TriangleLinks = links,
            Triangles = TriangleRowsOf(links, lights, forest.Order),
            Vertices = vertices,
            Materials = [.. _materials],
            TextureHeads = [.. Textures.Heads],
            TextureTransforms = [.. Textures.Transforms],
            Texels = texels,
            Lights = lights.Rows,
            EnvironmentPixels = drawn?.Pixels ?? [],
            EnvironmentChances = drawn?.Chances ?? [],
            Constants = ConstantsOf(options, environment, lights.Count, (high - low).Length()) with
            {
                InstanceCount = _instances.Count,
                PunctualCount = lights.PunctualCount,
                ClearWalls = HasClearWalls(links) ? 1 : 0,
            },
        };
    }

    /// <summary>A list's elements; the list is empty then and holds no memory.</summary>
    private static T[] Taken<T>(List<T> list)
    {
        var elements = list.ToArray();
        Free(list);

        return elements;
    }

    private static void Free<T>(List<T> list)
    {
        list.Clear();
        list.TrimExcess();
    }

    private TreeForest ForestOf(PlacedInstances placed, int[] loose, SceneWork work, out Vec3 low, out Vec3 high)
    {
        var boxes = new Aabb[loose.Length + placed.Boxes.Length];
        var all = placed.Bounds;
        placed.Boxes.CopyTo(boxes, loose.Length);

        for (var i = 0; i < loose.Length; i++)
        {
            work.Step();
            var t = _triangles[loose[i]];
            boxes[i] = Aabb.Of(_positions[t.X], _positions[t.Y], _positions[t.Z]);
            all = all.Union(boxes[i]);
        }

        low = boxes.Length == 0 ? new Vec3(-1f) : all.Min;
        high = boxes.Length == 0 ? new Vec3(1f) : all.Max;

        return TreeForest.Of(BvhBuilder.Build(boxes, work, loose.Length), loose, placed.Trees);
    }

    private bool MayEmit(int material) =>
        _materials[(material * MaterialRows.Count) + MaterialRows.Emission].Xyz.MaxComponent() > 0f;

    private void Count(string what, long vertices, long triangles) => memory?.Draw(
        what, _positions.Count + vertices, _triangles.Count + triangles, _lamps, _instances.Count);

    private EnvironmentTable TableOf(EnvironmentMap map)
    {
        if (_environment?.Map != map)
        {
            _environment = (map, EnvironmentTable.Build(map));
        }

        return _environment.Value.Table;
    }

    /// <summary>Mean radiance of a material's emission, over its texture.</summary>
    public Vec3 MeanEmission(int material)
    {
        var rows = material * MaterialRows.Count;
        var texture = (int)_materials[rows + MaterialRows.Textures].Z;
        var factor = _materials[rows + MaterialRows.Emission].Xyz;

        return texture < 0 || factor.MaxComponent() <= 0f ? factor : factor * Textures.Mean(texture);
    }

    public bool EmitsOnBothSides(int material) =>
        _materials[(material * MaterialRows.Count) + MaterialRows.Emission].W != 0f;

    private static SceneConstants ConstantsOf(
        SceneOptions options, EnvironmentMap? environment, int lights, float diameter) => new()
        {
            RayEpsilon = Num.Max(diameter * 1e-6f, 1e-12f),
            LightCount = lights,
            EnvironmentWidth = environment?.Width ?? 0,
            EnvironmentHeight = environment?.Height ?? 0,
            EnvironmentShare = environment is null ? 0f : lights == 0 ? 1f : 0.5f,
            EnvironmentScale = options.EnvironmentExposure,
            EnvironmentTurns = options.EnvironmentTurns + 0.5f - MathF.Floor(options.EnvironmentTurns + 0.5f),
        };

    private Float4[] TriangleRowsOf(Int4[] links, LightTable lights, int[] order)
    {
        var rows = new Float4[links.Length * 3];
        var densities = lights.Densities;

        for (var i = 0; i < links.Length; i++)
        {
            var corner = _positions[links[i].X];
            rows[i * 3] = new Float4(corner, SeeThrough(links[i].W) ? 1f : 0f);
            rows[(i * 3) + 1] = new Float4(_positions[links[i].Y] - corner, i < densities.Length ? densities[i] : 0f);
            rows[(i * 3) + 2] = new Float4(_positions[links[i].Z] - corner, _objects[order[i]]);
        }

        return rows;
    }

    private bool HasClearWalls(Int4[] links)
    {
        var rows = CollectionsMarshal.AsSpan(_materials);
        var drawn = new HashSet<int>();

        foreach (var triangle in links)
        {
            if (drawn.Add(triangle.W)
                && ClearWall.MayBe(rows.Slice(triangle.W * MaterialRows.Count, MaterialRows.Count)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A cutoff of zero lets everything stand: the mark of an opaque material.</summary>
    private bool SeeThrough(int material) =>
        _materials[(material * MaterialRows.Count) + MaterialRows.Physical].Z != 0f;
}
