namespace Marketplace.Compute.Rendering.Film;

/// <summary>How radiance becomes display light.</summary>
public enum ToneMap
{
    /// <summary>Khronos PBR Neutral: colours below 0.8 stay true, highlights roll off.</summary>
    PbrNeutral,

    /// <summary>Clipped at 1, channel by channel.</summary>
    Srgb,

    /// <summary>AgX, base look: bright colours fade to white without turning their hue.</summary>
    AgX,

    /// <summary>ACES, the fit by Stephen Hill: contrast of film, saturated mid tones.</summary>
    Aces,
}
