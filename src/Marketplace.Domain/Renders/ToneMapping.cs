namespace Marketplace.Domain.Renders;

/// <summary>How light becomes a picture for a screen. EXR files have the light itself.</summary>
[GenerateSerializer, Alias("ToneMapping")]
public enum ToneMapping
{
    /// <summary>Khronos PBR Neutral: colours below 0.8 stay true, highlights roll off.</summary>
    PbrNeutral = 0,

    /// <summary>Clipped at 1, channel by channel.</summary>
    Srgb = 1,

    /// <summary>AgX, base look.</summary>
    Agx = 2,

    /// <summary>ACES, the fit by Stephen Hill.</summary>
    Aces = 3,
}
