namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>Where a decoded image lies among the texels.</summary>
internal sealed record TextureImage(int Index, int FirstTexel, int Width, int Height);
