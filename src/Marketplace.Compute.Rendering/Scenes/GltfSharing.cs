using SharpGLTF.Schema2;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// Which meshes are kept once and drawn as instances: those that several nodes draw, or one with
/// EXT_mesh_gpu_instancing, if that saves memory worth the way of each ray into the mesh's own space and back. What a
/// skin or a morph target bends is another mesh each time, and is not shared.
/// </summary>
internal sealed class GltfSharing
{
    /// <summary>
    /// Below so many triangles saved in the whole scene, some ten megabytes, copies are as good and a little faster.
    /// </summary>
    public const long SavedTrianglesMin = 65_536;

    /// <summary>A mesh of fewer triangles takes hardly more room as a copy than as an instance.</summary>
    public const int MeshTrianglesMin = 16;

    private readonly HashSet<int> _meshes;

    private GltfSharing(HashSet<int> meshes) => _meshes = meshes;

    /// <param name="drawn">The nodes that are drawn.</param>
    /// <param name="options">Their limit on instances, and from which saving on meshes are shared.</param>
    /// <exception cref="SceneFormatException">More instances than allowed.</exception>
    public static GltfSharing Of(IEnumerable<Node> drawn, SceneOptions options)
    {
        var uses = new Dictionary<int, (Mesh Mesh, long Count)>();
        var instances = 0L;

        foreach (var node in drawn.Where(node => node.Mesh is not null && node.Skin is null))
        {
            var mesh = node.Mesh;
            var count = GltfInstances.CountOf(node);
            uses[mesh.LogicalIndex] = (mesh, count + uses.GetValueOrDefault(mesh.LogicalIndex).Count);
            instances += count;
        }

        GltfCheck.Count("drawn meshes", instances, options.Limits.InstancesMax, nameof(SceneLimits.InstancesMax));
        var shared = uses.Values.Where(use => use.Count > 1 && !Morphs(use.Mesh))
            .Select(use => (use.Mesh.LogicalIndex, use.Count, Triangles: TrianglesOf(use.Mesh)))
            .Where(use => use.Triangles >= MeshTrianglesMin)
            .ToArray();
        var saved = shared.Sum(use => (use.Count - 1) * use.Triangles);

        return new GltfSharing(saved >= options.SavedTrianglesMin ? [.. shared.Select(use => use.LogicalIndex)] : []);
    }

    public bool Has(Mesh mesh) => _meshes.Contains(mesh.LogicalIndex);

    /// <summary>Triangles that a primitive draws.</summary>
    public static long TrianglesOf(MeshPrimitive primitive)
    {
        long corners = primitive.IndexAccessor?.Count ?? primitive.GetVertexAccessor("POSITION")?.Count ?? 0;

        return primitive.DrawPrimitiveType switch
        {
            PrimitiveType.TRIANGLES => corners / 3,
            PrimitiveType.TRIANGLE_STRIP or PrimitiveType.TRIANGLE_FAN => Math.Max(0, corners - 2),
            _ => 0,
        };
    }

    private static bool Morphs(Mesh mesh) => mesh.Primitives.Any(primitive => primitive.MorphTargetsCount > 0);

    private static long TrianglesOf(Mesh mesh) => mesh.Primitives.Sum(TrianglesOf);
}
