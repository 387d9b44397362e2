using ILGPU;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>A scene as a kernel reads it: views of device memory, and the traversal stack of the thread.</summary>
internal struct KernelScene : ISceneData
{
    public SceneConstants Scalars;

    /// <summary>1, or 2 with instances. A kernel sets it to a constant.</summary>
    public int Levels;

    /// <summary>1 if shadow rays may pass walls. A kernel sets it to a constant, too.</summary>
    public int Walls;
    public ArrayView<Float4> Nodes;
    public ArrayView<int> NodeLinks;
    public ArrayView<Float4> Triangles;
    public ArrayView<Float4> Instances;
    public ArrayView<int> InstanceRoots;
    public ArrayView<Int4> Links;
    public ArrayView<Float4> Vertices;
    public ArrayView<Float4> Materials;
    public ArrayView<Int4> TextureHeads;
    public ArrayView<Float4> TextureTransforms;
    public ArrayView<uint> Texels;
    public ArrayView<float> Linear;
    public ArrayView<float> Albedo;
    public ArrayView<Float4> Lights;
    public ArrayView<Float4> EnvironmentPixels;
    public ArrayView<float> Chances;
    public ArrayView<int> Stack;

    public readonly SceneConstants Constants => Scalars;

    public readonly Float4 NodeRow(int row) => Nodes[row];

    public readonly int NodeLink(int index) => NodeLinks[index];

    public readonly bool Instanced => Levels == 2;

    public readonly bool HasClearWalls => Walls == 1;

    public readonly Float4 InstanceRow(int row) => Instances[row];

    public readonly int InstanceRoot(int instance) => InstanceRoots[instance];

    public readonly Float4 TriangleRow(int row) => Triangles[row];

    public readonly Int4 TriangleLinks(int triangle) => Links[triangle];

    public readonly Float4 VertexRow(int row) => Vertices[row];

    public readonly Float4 MaterialRow(int row) => Materials[row];

    public readonly Int4 TextureHead(int texture) => TextureHeads[texture];

    public readonly Float4 TextureTransform(int row) => TextureTransforms[row];

    public readonly uint Texel(int index) => Texels[index];

    public readonly float SrgbToLinear(int value) => Linear[value];

    public readonly float GgxAlbedo(int index) => Albedo[index];

    public readonly Float4 LightRow(int row) => Lights[row];

    public readonly Float4 EnvironmentPixel(int pixel) => EnvironmentPixels[pixel];

    public readonly float EnvironmentChance(int index) => Chances[index];

    public readonly Hit Closest(Vec3 origin, Vec3 direction, float tMax, uint salt, out int instance) =>
        Traversal.Closest(this, new KernelStack(Stack), origin, direction, tMax, salt, out instance);

    public readonly bool Occluded(Vec3 origin, Vec3 direction, float tMax, uint salt) =>
        Traversal.Occluded(this, new KernelStack(Stack), origin, direction, tMax, salt);

    internal readonly struct KernelStack(ArrayView<int> links) : ITraversalStack
    {
        private readonly ArrayView<int> _links = links;

        public int Get(int index) => _links[index];

        public void Set(int index, int link) => _links[index] = link;
    }
}
