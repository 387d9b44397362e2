using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// A scene as the Host reads it: one pointer wide, so that it can be passed by value everywhere.
/// <see cref="PinnedScene.As"/> makes it.
/// </summary>
/// <typeparam name="TLevels">
/// Chosen once for a scene: all per-sample code is compiled anew for each, and what instances take is only in one.
/// </typeparam>
internal readonly unsafe struct HostScene<TLevels>(HostSceneTable* table) : ISceneData
    where TLevels : struct, ILevels
{
    private readonly HostSceneTable* _table = table;

    public SceneConstants Constants => _table->Constants;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Float4 NodeRow(int row) => _table->Nodes[row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int NodeLink(int index) => ((int*)_table->Nodes)[index];

    public bool Instanced => TLevels.Instanced;

    public bool HasClearWalls => _table->Constants.ClearWalls != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Float4 InstanceRow(int row) => _table->Instances[row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int InstanceRoot(int instance) => _table->InstanceRoots[instance];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Float4 TriangleRow(int row) => _table->Triangles[row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Int4 TriangleLinks(int triangle) => _table->TriangleLinks[triangle];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Float4 VertexRow(int row) => _table->Vertices[row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Float4 MaterialRow(int row) => _table->Materials[row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Int4 TextureHead(int texture) => _table->TextureHeads[texture];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Float4 TextureTransform(int row) => _table->TextureTransforms[row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Texel(int index) => _table->Texels[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float SrgbToLinear(int value) => _table->SrgbToLinear[value];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float GgxAlbedo(int index) => _table->GgxAlbedo[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Float4 LightRow(int row) => _table->Lights[row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Float4 EnvironmentPixel(int pixel) => _table->EnvironmentPixels[pixel];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float EnvironmentChance(int index) => _table->EnvironmentChances[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* WideNode(int node) => _table->WideNodes + (node * WideTree.NodeFloats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Pack(int pack) => _table->Packs + (pack * WideTree.PackFloats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int PackFirst(int pack) => _table->PackFirsts[pack];

    /// <summary>The wide node at which the tree of an instance begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int WideRoot(int instance) => _table->WideRoots[instance];

    public Hit Closest(Vec3 origin, Vec3 direction, float tMax, uint salt, out int instance) =>
        Vector256.IsHardwareAccelerated
            ? WideTraversal.Closest(this, origin, direction, tMax, salt, out instance)
            : NarrowClosest(origin, direction, tMax, salt, out instance);

    public bool Occluded(Vec3 origin, Vec3 direction, float tMax, uint salt) =>
        Vector256.IsHardwareAccelerated
            ? WideTraversal.Occluded(this, origin, direction, tMax, salt)
            : NarrowOccluded(origin, direction, tMax, salt);

    /// <summary>The way of a kernel, for processors without wide vectors, and the twin in tests.</summary>
    [SkipLocalsInit]
    public Hit NarrowClosest(Vec3 origin, Vec3 direction, float tMax, uint salt, out int instance)
    {
        var stack = stackalloc int[TLevels.Instanced ? Traversal.InstancedDepthMax : Traversal.DepthMax];

        return Traversal.Closest(this, new HostStack(stack), origin, direction, tMax, salt, out instance);
    }

    [SkipLocalsInit]
    public bool NarrowOccluded(Vec3 origin, Vec3 direction, float tMax, uint salt)
    {
        var stack = stackalloc int[TLevels.Instanced ? Traversal.InstancedDepthMax : Traversal.DepthMax];

        return Traversal.Occluded(this, new HostStack(stack), origin, direction, tMax, salt);
    }

    private readonly struct HostStack(int* links) : ITraversalStack
    {
        private readonly int* _links = links;

        public int Get(int index) => _links[index];

        public void Set(int index, int link) => _links[index] = link;
    }
}
