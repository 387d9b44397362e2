using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// What the glTF material extensions add to a surface, with textures applied. Directions are in the frame of the
/// shading normal and <see cref="Tangent"/>, unless said otherwise.
/// </summary>
internal struct Layers
{
    /// <summary>Strength of the clear coat.</summary>
    public float Coat;

    /// <summary>GGX alpha of the coat.</summary>
    public float CoatAlpha;

    /// <summary>The coat's normal, in the world until <see cref="LayeredBsdf.Prepare"/>, then in the frame.</summary>
    public Vec3 CoatNormal;

    /// <summary>Colour of the sheen; Prepare bounds it so that it never gives back more than it gets.</summary>
    public Vec3 SheenColour;

    /// <summary>Charlie alpha of the sheen.</summary>
    public float SheenAlpha;

    /// <summary>Share of the light in the dielectric base that goes through instead of being scattered.</summary>
    public float Transmission;

    /// <summary>Index of refraction behind the surface over that before it, as the ray comes.</summary>
    public float Eta;

    /// <summary>1 if the surface has no volume behind it: light goes through without being bent.</summary>
    public int Thin;

    /// <summary>1 if the ray comes out of the volume.</summary>
    public int Leaving;

    /// <summary>Attenuation per length behind the surface, as the ray comes.</summary>
    public Vec3 Beyond;

    /// <summary>Direction of the anisotropy in the world; zero if there is none.</summary>
    public Vec3 Tangent;

    /// <summary>GGX alphas of the base, along the tangent and across it.</summary>
    public float AlphaX;
    public float AlphaY;

    /// <summary>Reflectance of the dielectric at normal incidence and at grazing angles.</summary>
    public Vec3 DielectricF0;
    public float DielectricF90;

    /// <summary>Share of the iridescent film, its index and its thickness in nanometres.</summary>
    public float Film;
    public float FilmIndex;
    public float FilmThickness;

    /// <summary>Reflectance of the base at grazing angles; that at normal incidence is the surface's F0.</summary>
    public Vec3 F90;

    /// <summary>What coat, and coat and sheen, leave to the layers below. Set by Prepare, as what follows.</summary>
    public float UnderCoat;
    public float UnderSheen;

    /// <summary>Factor on the coat's lobe for light scattered more than once.</summary>
    public float CoatRegained;

    /// <summary>Colour of the light that goes through.</summary>
    public Vec3 Through;

    /// <summary>Chances of the lobes: coat, base reflection, transmission; the rest is diffuse and sheen.</summary>
    public float CoatChance;
    public float SpecularChance;
    public float ThroughChance;
}
