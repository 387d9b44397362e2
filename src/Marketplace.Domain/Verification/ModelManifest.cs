namespace Marketplace.Domain.Verification;

/// <summary>
/// Every model of the catalogue, in the order they came in. Entry n made version n: a newer manifest begins with all
/// entries of an older one, unchanged, so that whoever keeps a copy sees a name that was moved to other bytes.
/// </summary>
/// <param name="Version">Number of entries; 0 while there is none.</param>
/// <param name="Entries">The models.</param>
public sealed record ModelManifest(long Version, IReadOnlyList<ModelEntry> Entries)
{
    /// <summary>Most models of a catalogue.</summary>
    public const int EntriesMax = 4_096;
}
