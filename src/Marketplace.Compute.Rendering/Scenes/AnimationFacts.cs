namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>A clip of the scene.</summary>
public sealed record AnimationFacts(string Name, TimeSpan Length);
