namespace Marketplace.Solana.Programs;

/// <summary>One checked token transfer: from and to token accounts, signed by the source's owner.</summary>
public sealed record TokenTransfer
{
    public required PublicKey Source { get; init; }

    public required PublicKey Mint { get; init; }

    public required PublicKey Destination { get; init; }

    public required PublicKey Owner { get; init; }

    /// <summary>In the mint's smallest unit.</summary>
    public required ulong Amount { get; init; }

    public required byte Decimals { get; init; }
}
