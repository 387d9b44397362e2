using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// What the per-sample code reads of a scene. A struct type parameter, so that the Host (pointers) and a kernel
/// (views) each get their own machine code from one source. The layouts are those of <see cref="Scenes.SceneTables"/>.
/// </summary>
internal interface ISceneData
{
    SceneConstants Constants { get; }

    /// <summary>Row <paramref name="row"/> of a BVH node; see <see cref="Bvh.BvhBuilder"/>.</summary>
    Float4 NodeRow(int row);

    /// <summary>One of the four links of a node: children or leaf runs.</summary>
    int NodeLink(int index);

    /// <summary>
    /// Whether the scene has instances. A kernel has it as a constant, so that the code for them vanishes from the one
    /// that traces scenes without.
    /// </summary>
    bool Instanced { get; }

    /// <summary>
    /// Whether some triangle may be a <see cref="ClearWall"/>, which shadow rays pass. In a kernel a constant as well:
    /// what they take to pass is half as much code again.
    /// </summary>
    bool HasClearWalls { get; }

    /// <summary>See <see cref="InstanceRows"/>.</summary>
    Float4 InstanceRow(int row);

    /// <summary>The node at which the tree of an instance begins.</summary>
    int InstanceRoot(int instance);

    /// <summary>Three rows a triangle: corner, flags; first edge, light density; second edge, object.</summary>
    Float4 TriangleRow(int row);

    /// <summary>The three vertices and the material of a triangle.</summary>
    Int4 TriangleLinks(int triangle);

    Float4 VertexRow(int row);

    Float4 MaterialRow(int row);

    Int4 TextureHead(int texture);

    Float4 TextureTransform(int row);

    uint Texel(int index);

    /// <summary>A byte of sRGB as linear light.</summary>
    float SrgbToLinear(int value);

    /// <summary>See <see cref="Tracing.GgxAlbedo"/>.</summary>
    float GgxAlbedo(int index);

    Float4 LightRow(int row);

    /// <summary>Radiance of an environment pixel and, in W, the chance that sampling draws it.</summary>
    Float4 EnvironmentPixel(int pixel);

    /// <summary>
    /// Running chances: of the rows, then of the pixels of each row. See <see cref="Scenes.EnvironmentTable"/>.
    /// </summary>
    float EnvironmentChance(int index);

    /// <summary>The nearest hit in (tMin, tMax); no hit has a negative triangle.</summary>
    /// <param name="origin">Where the ray begins.</param>
    /// <param name="direction">Of unit length.</param>
    /// <param name="tMax">Where it ends.</param>
    /// <param name="salt">What decisions at see-through surfaces are drawn from.</param>
    /// <param name="instance">
    /// Whose triangle it is; 0 is the world, whose triangles stand where they are. Apart from the hit, which as it is
    /// fits two registers: with a fifth number in it all scenes had a tenth fewer rays.
    /// </param>
    Hit Closest(Vec3 origin, Vec3 direction, float tMax, uint salt, out int instance);

    /// <summary>Whether anything lies in (0, tMax).</summary>
    bool Occluded(Vec3 origin, Vec3 direction, float tMax, uint salt);
}
