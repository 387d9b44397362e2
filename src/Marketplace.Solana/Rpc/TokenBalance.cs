namespace Marketplace.Solana.Rpc;

/// <summary>The balance of one token account before or after a transaction.</summary>
public sealed record TokenBalance
{
    /// <summary>Counts static keys, then writable looked-up ones, then read-only ones.</summary>
    public required int AccountIndex { get; init; }

    public required PublicKey Mint { get; init; }

    public required PublicKey? Owner { get; init; }

    public required PublicKey? Program { get; init; }

    /// <summary>In the mint's smallest unit.</summary>
    public required ulong Amount { get; init; }

    public required byte Decimals { get; init; }
}
