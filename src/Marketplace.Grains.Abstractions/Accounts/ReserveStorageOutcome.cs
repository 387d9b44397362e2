namespace Marketplace.Grains.Abstractions.Accounts;

/// <summary>What became of a wish to store a file.</summary>
[GenerateSerializer, Immutable, Alias("ReserveStorageOutcome")]
public abstract record ReserveStorageOutcome
{
    private ReserveStorageOutcome()
    {
    }

    /// <summary>The upload may have this many bytes.</summary>
    /// <param name="Bytes">Bytes set aside.</param>
    /// <param name="IsKnown">The account had the file before: it costs nothing more.</param>
    [GenerateSerializer, Immutable, Alias("ReserveStorageOutcome.Reserved")]
    public sealed record Reserved([property: Id(0)] long Bytes, [property: Id(1)] bool IsKnown)
        : ReserveStorageOutcome;

    /// <summary>The account's storage is full.</summary>
    [GenerateSerializer, Immutable, Alias("ReserveStorageOutcome.QuotaExceeded")]
    public sealed record QuotaExceeded([property: Id(0)] long BytesUsed) : ReserveStorageOutcome;
}
