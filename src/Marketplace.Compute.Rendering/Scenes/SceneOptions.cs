namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>How a scene is to be read, and the light around it that no glTF file can hold.</summary>
public sealed record SceneOptions
{
    public SceneLimits Limits { get; init; } = SceneLimits.Default;

    /// <summary>
    /// The clip that poses the scene, by name or number; none: the pose in which the file was saved. The names are
    /// <see cref="SceneFacts.Animations"/>.
    /// </summary>
    public string? Animation { get; init; }

    /// <summary>
    /// Time within the clip in seconds, from 0 on. Outside its keys the pose stands still. Of frame n it is n over the
    /// frames a second.
    /// </summary>
    public float AnimationSeconds { get; init; }

    /// <summary>
    /// Reads the curves of all clips and refuses the file for one that no frame could use. Default: only those of the
    /// clip that poses the scene.
    /// </summary>
    public bool ChecksEveryClip { get; init; }

    /// <summary>So many triangles must be saved by drawing meshes as instances; fewer, and each copy is kept.</summary>
    internal long SavedTrianglesMin { get; init; } = GltfSharing.SavedTrianglesMin;

    /// <summary>
    /// Ends the reading, also within the geometry and the tree. The parsing of the JSON and the decoding of one picture
    /// are not broken off.
    /// </summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Called at each look at the cancellation. Default: none.</summary>
    internal Action? Looked { get; init; }

    /// <summary>
    /// Without one, a scene without any light gets <see cref="EnvironmentMap.Sky"/>, and others none.
    /// </summary>
    public EnvironmentMap? Environment { get; init; }

    /// <summary>Turn of the environment about the vertical axis, in turns.</summary>
    public float EnvironmentTurns { get; init; }

    /// <summary>Factor on the environment's radiance.</summary>
    public float EnvironmentExposure { get; init; } = 1f;
}
