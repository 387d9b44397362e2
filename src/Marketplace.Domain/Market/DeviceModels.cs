namespace Marketplace.Domain.Market;

/// <summary>
/// The models that a device has at hand, as its agent says; what its provider lends for models loaded ahead of work.
/// Claims of an untrusted machine: they decide who is asked first, never what is paid.
/// </summary>
/// <param name="Loaded">Hashes of the models in memory.</param>
/// <param name="Held">Hashes of the models on disk.</param>
/// <param name="LentBytes">Memory for models loaded ahead; 0 for none.</param>
/// <param name="LoadedMax">Models that stay in memory side by side.</param>
/// <param name="Audits">Whether its agent knows how to audit texts of others.</param>
[GenerateSerializer, Immutable, Alias("DeviceModels")]
public sealed record DeviceModels(
    [property: Id(0)] IReadOnlyList<string> Loaded,
    [property: Id(1)] IReadOnlyList<string> Held,
    [property: Id(2)] long LentBytes,
    [property: Id(3)] int LoadedMax,
    [property: Id(4)] bool Audits = false)
{
    /// <summary>Models that a device tells of at most, in memory and on disk each.</summary>
    public const int ToldMax = 64;

    public bool HasLoaded(string sha256) => Loaded.Contains(sha256, StringComparer.Ordinal);

    public bool Equals(DeviceModels? other) =>
        other is not null
        && (LentBytes, LoadedMax, Audits) == (other.LentBytes, other.LoadedMax, other.Audits)
        && Loaded.SequenceEqual(other.Loaded, StringComparer.Ordinal)
        && Held.SequenceEqual(other.Held, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(LentBytes, LoadedMax, Loaded.Count, Held.Count);
}
