namespace Marketplace.Grains.Payments;

/// <summary>Deposits of customers; section <c>Deposits</c>.</summary>
public sealed class DepositOptions
{
    public const string Section = "Deposits";

    /// <summary>How often the chain is asked for new transfers. Default 1 s.</summary>
    public TimeSpan PollEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>What a wallet shows as the recipient's name.</summary>
    public string Label { get; set; } = "GPU compute marketplace";
}
