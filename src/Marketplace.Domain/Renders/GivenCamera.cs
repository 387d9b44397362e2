namespace Marketplace.Domain.Renders;

/// <summary>A camera that the order brings along, in the scene's units, Y up.</summary>
/// <param name="Position">Where it stands: three numbers.</param>
/// <param name="Target">What it looks at: three numbers.</param>
/// <param name="Up">What is up in the picture: three numbers.</param>
/// <param name="VerticalFov">Degrees.</param>
[GenerateSerializer, Immutable, Alias("GivenCamera")]
public sealed record GivenCamera(
    [property: Id(0)] IReadOnlyList<float> Position,
    [property: Id(1)] IReadOnlyList<float> Target,
    [property: Id(2)] IReadOnlyList<float> Up,
    [property: Id(3)] float VerticalFov);
