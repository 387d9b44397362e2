using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>A vertex in world space. Uv holds both sets; the tangent's W is the side of the bitangent.</summary>
internal readonly record struct SceneVertex(Vec3 Position, Vec3 Normal, Float4 Colour, Float4 Tangent, Float4 Uv);
