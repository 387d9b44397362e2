using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>Pointers to a scene's pinned arrays.</summary>
internal unsafe struct HostSceneTable
{
    public SceneConstants Constants;
    public Float4* Nodes;
    public float* WideNodes;
    public float* Packs;
    public int* PackFirsts;
    public Float4* Triangles;
    public Float4* Instances;
    public int* InstanceRoots;
    public int* WideRoots;
    public Int4* TriangleLinks;
    public Float4* Vertices;
    public Float4* Materials;
    public Int4* TextureHeads;
    public Float4* TextureTransforms;
    public uint* Texels;
    public float* SrgbToLinear;
    public float* GgxAlbedo;
    public Float4* Lights;
    public Float4* EnvironmentPixels;
    public float* EnvironmentChances;
}
