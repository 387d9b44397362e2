namespace Marketplace.Domain.Verification;

/// <summary>What a check of a manifest's file found.</summary>
public abstract record ModelManifestVerdict
{
    private ModelManifestVerdict()
    {
    }

    /// <summary>It is the marketplace's, every byte of it.</summary>
    public sealed record Holds(ModelManifest Manifest) : ModelManifestVerdict;

    /// <summary>It is not.</summary>
    /// <param name="Field">Path of the member in the file.</param>
    /// <param name="Why">What is wrong with it.</param>
    public sealed record Broken(string Field, string Why) : ModelManifestVerdict;
}
