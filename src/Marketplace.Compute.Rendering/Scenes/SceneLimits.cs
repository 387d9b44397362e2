namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>What a scene from a stranger may cost. Beyond any of these it is refused with the limit's name.</summary>
public sealed record SceneLimits
{
    public static SceneLimits Default { get; } = new();

    /// <summary>Bytes of all files together.</summary>
    public long BytesMax { get; init; } = 2L << 30;

    /// <summary>
    /// Bytes of memory that reading takes at its height, as estimated before they are taken: the files twice, what the
    /// parser makes of the JSON, pictures, environment, triangles with vertices and tree, and the largest part while it
    /// is read. What the tables take of it afterwards is <see cref="SceneFacts.MemoryBytes"/>.
    /// </summary>
    public long MemoryBytesMax { get; init; } = 8L << 30;

    /// <summary>Bytes of the JSON, which costs several times its size to read.</summary>
    public int JsonBytesMax { get; init; } = 256 << 20;

    /// <summary>
    /// Triangles as kept: a mesh that is drawn twice counts twice, but once if it is kept once and drawn as instances.
    /// Vertices as kept may be three times as many.
    /// </summary>
    public int TrianglesMax { get; init; } = 20_000_000;

    /// <summary>Pixels of all textures together.</summary>
    public long TexturePixelsMax { get; init; } = 400_000_000;

    /// <summary>Meshes as drawn: one of two nodes counts twice, one of EXT_mesh_gpu_instancing each time.</summary>
    public int InstancesMax { get; init; } = 1_000_000;

    public int NodesMax { get; init; } = 100_000;

    /// <summary>Nodes from a root to its deepest leaf.</summary>
    public int NodeDepthMax { get; init; } = 512;

    public int MaterialsMax { get; init; } = 10_000;

    public int LightsMax { get; init; } = 10_000;

    /// <summary>Clips of a file.</summary>
    public int AnimationsMax { get; init; } = 1_000;

    /// <summary>Channels of all clips together.</summary>
    public int ChannelsMax { get; init; } = 200_000;

    /// <summary>Keys of all channels together: of a sampler that two channels read they count twice.</summary>
    public int KeyframesMax { get; init; } = 20_000_000;

    /// <summary>
    /// Values of all channels together: one a key, three a cubic key, and of morph weights as many for each target.
    /// </summary>
    public int KeyframeValuesMax { get; init; } = 60_000_000;

    /// <summary>
    /// Vertices and indices of all primitives, drawn or not: of an accessor that two primitives name they count twice.
    /// </summary>
    public long PrimitiveElementsMax { get; init; } = 500_000_000;

    /// <summary>Morph targets of a primitive.</summary>
    public int MorphTargetsMax { get; init; } = 1_000;

    /// <summary>
    /// What morph targets may add up in a frame: targets times vertices of every primitive, as often as nodes draw it,
    /// and of one mesh whether any does.
    /// </summary>
    public long MorphDeltasMax { get; init; } = 500_000_000;

    /// <summary>Joints of skins: those of a skin count for each node that wears it.</summary>
    public int SkinJointsMax { get; init; } = 2_000_000;

    /// <summary>Pixels of the environment picture.</summary>
    public int EnvironmentPixelsMax { get; init; } = 8192 * 4096;
}
