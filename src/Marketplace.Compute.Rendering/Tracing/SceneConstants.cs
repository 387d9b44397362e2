namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>The scalars of a scene that the per-sample code needs.</summary>
internal struct SceneConstants
{
    /// <summary>Offset along the normal that lifts a ray off the surface it leaves.</summary>
    public float RayEpsilon;

    /// <summary>Lights in the alias table: emissive triangles and punctual lights.</summary>
    public int LightCount;

    /// <summary>Those of them that are punctual; they are the last.</summary>
    public int PunctualCount;

    /// <summary>1 if some triangle may be a <see cref="ClearWall"/>, which shadow rays pass.</summary>
    public int ClearWalls;

    /// <summary>Instances, the world not counted.</summary>
    public int InstanceCount;

    /// <summary>Zero by zero: no environment, misses are black.</summary>
    public int EnvironmentWidth;
    public int EnvironmentHeight;

    /// <summary>The share of light samples that go to the environment.</summary>
    public float EnvironmentShare;

    public float EnvironmentScale;

    /// <summary>Where the environment's first column lies: turns from +X towards +Z.</summary>
    public float EnvironmentTurns;
}
