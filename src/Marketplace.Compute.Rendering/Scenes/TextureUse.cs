using System.Numerics;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// An image as a material uses it: flags of <see cref="Tracing.Texturing"/> and the map of its coordinates.
/// </summary>
internal sealed record TextureUse(TextureImage Image, int Flags, Matrix3x2 Transform);
