using Marketplace.Domain.Ledger;

namespace Marketplace.Grains.Payments;

/// <summary>Deposits of customers; section <c>Deposits</c>.</summary>
public sealed class DepositOptions
{
    public const string Section = "Deposits";

    /// <summary>How often the chain is asked for new transfers. Default 1 s.</summary>
    public TimeSpan PollEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// File of 32 secret bytes from which the keys of standing deposit addresses follow; keep a copy, and never change
    /// it. Empty: there are no standing addresses.
    /// </summary>
    public string? AddressSeedFile { get; set; }

    /// <summary>Least USDC at a standing address that is swept into the treasury. Default 1.</summary>
    public decimal SweepMinimumUsdc { get; set; } = 1m;

    /// <summary>What a wallet shows as the recipient's name.</summary>
    public string Label { get; set; } = "GPU compute marketplace";

    internal Usdc SweepMin => Usdc.FromMicros((long)(SweepMinimumUsdc * Usdc.MicrosPerUsdc));
}
