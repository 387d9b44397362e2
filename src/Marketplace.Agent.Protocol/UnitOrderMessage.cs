using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>A unit of a render.</summary>
/// <param name="Root">Path of the .glb or .gltf.</param>
/// <param name="Environment">Path of a Radiance .hdr, or null.</param>
/// <param name="Animation">
/// The clip that poses the scene at <paramref name="Frame"/> / <paramref name="FramesPerSecond"/> seconds, by name or
/// number; null for the pose in which the file was saved.
/// </param>
/// <param name="GivenCamera">Instead of a camera of the scene; null takes <paramref name="Camera"/>.</param>
/// <param name="EnvironmentLight">Null leaves the environment as its file has it.</param>
/// <param name="IndirectMax">The most that one indirect contribution may add to a channel; 0 is no bound.</param>
[MessagePackObject]
public sealed record UnitOrderMessage(
    [property: Key(0)] SceneFileMessage[] Files,
    [property: Key(1)] string Root,
    [property: Key(2)] string? Environment,
    [property: Key(3)] int ImageWidth,
    [property: Key(4)] int ImageHeight,
    [property: Key(5)] int? Camera,
    [property: Key(6)] ulong Seed,
    [property: Key(7)] int MaxBounces,
    [property: Key(8)] int Frame,
    [property: Key(9)] int FramesPerSecond,
    [property: Key(10)] int X,
    [property: Key(11)] int Y,
    [property: Key(12)] int Width,
    [property: Key(13)] int Height,
    [property: Key(14)] int FirstSample,
    [property: Key(15)] int Samples,
    [property: Key(16)] string? Animation = null,
    [property: Key(17)] UnitCameraMessage? GivenCamera = null,
    [property: Key(18)] UnitEnvironmentMessage? EnvironmentLight = null,
    [property: Key(19)] float IndirectMax = 0);
