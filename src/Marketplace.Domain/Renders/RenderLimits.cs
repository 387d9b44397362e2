namespace Marketplace.Domain.Renders;

/// <summary>What a render order may ask for.</summary>
public static class RenderLimits
{
    public const int EdgeMin = 16;
    public const int EdgeMax = 8_192;
    public const int SamplesMax = 65_536;
    public const int FramesMax = 1_000;
    public const int UnitsMax = 50_000;
    public const int BouncesMax = 32;
    public const int BouncesDefault = 8;
    public const int SceneFilesMax = 1_000;
    public const int PathLengthMax = 240;

    /// <summary>Attempts at one unit before the render fails.</summary>
    public const int AttemptsMax = 5;
}
