namespace Marketplace.Compute.Rendering.Bvh;

/// <summary>
/// Whether a traversal knows instances. A type argument, so that the code for scenes without has no trace of them: on
/// simple scenes it would cost a tenth of all rays.
/// </summary>
internal interface ILevels
{
    static abstract bool Instanced { get; }
}
