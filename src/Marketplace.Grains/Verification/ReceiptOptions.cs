using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Verification;

/// <summary>How receipts are signed, gathered in epochs and put on chain. Section <c>Receipts</c>.</summary>
public sealed class ReceiptOptions
{
    public const string Section = "Receipts";

    private const int FormerKeysMax = 16;

    /// <summary>
    /// File of the Ed25519 key that signs receipts, in the form of the Solana command line; made at the first start
    /// when it is missing. Empty: <c>receipt-key.json</c> in the data directory. Processes of one marketplace share it.
    /// </summary>
    public string? KeyFile { get; set; }

    /// <summary>
    /// Files of keys that signed before, for what was drawn or told by secrets that follow from them. Leave out one
    /// that was stolen. Default none.
    /// </summary>
    public IList<string> FormerKeyFiles { get; } = [];

    /// <summary>Most receipts of an epoch: with so many it is closed at once. Default 1024.</summary>
    public int EpochSize { get; set; } = 1_024;

    /// <summary>An epoch with at least one receipt is closed when its first is this old. Default 1 hour.</summary>
    public TimeSpan EpochEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often epochs and their transactions are looked at. Default 5 s.</summary>
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether roots of epochs are put on chain where one is configured; each costs a transaction's fee. Default true.
    /// </summary>
    public bool Anchor { get; set; } = true;

    /// <summary>Transactions tried for one epoch before it is left alone. Default 20.</summary>
    public int AnchorAttemptsMax { get; set; } = 20;

    /// <summary>What is wrong with the values, or null.</summary>
    internal string? Fault() => this switch
    {
        { FormerKeyFiles.Count: > FormerKeysMax } =>
            $"Receipts:FormerKeyFiles has {FormerKeyFiles.Count} files, allowed are {FormerKeysMax}",
        { EpochSize: < 1 or > MerkleTree.LeavesMax } => $"Receipts:EpochSize must be 1 to {MerkleTree.LeavesMax}",
        { EpochEvery.Ticks: <= 0 } => "Receipts:EpochEvery must be above zero",
        { SweepEvery: { Ticks: <= 0 } or { TotalHours: > 1 } } => "Receipts:SweepEvery must be above 0, at most 1 hour",
        { AnchorAttemptsMax: < 1 or > 1_000 } => "Receipts:AnchorAttemptsMax must be 1 to 1000",
        _ => null,
    };
}
