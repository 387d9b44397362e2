namespace Marketplace.Domain.Renders;

/// <summary>How the environment map of the scene stands.</summary>
/// <param name="Turns">Turn about the vertical axis, in turns.</param>
/// <param name="Factor">What its light is multiplied by.</param>
[GenerateSerializer, Immutable, Alias("EnvironmentSetting")]
public sealed record EnvironmentSetting([property: Id(0)] float Turns, [property: Id(1)] float Factor);
