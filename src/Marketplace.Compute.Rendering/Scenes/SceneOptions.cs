namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>How a scene is to be read, and the light around it that no glTF file can hold.</summary>
public sealed record SceneOptions
{
    public SceneLimits Limits { get; init; } = SceneLimits.Default;

    /// <summary>
    /// Without one, a scene without any light gets <see cref="EnvironmentMap.Sky"/>, and others none.
    /// </summary>
    public EnvironmentMap? Environment { get; init; }

    /// <summary>Turn of the environment about the vertical axis, in turns.</summary>
    public float EnvironmentTurns { get; init; }

    /// <summary>Factor on the environment's radiance.</summary>
    public float EnvironmentExposure { get; init; } = 1f;
}
