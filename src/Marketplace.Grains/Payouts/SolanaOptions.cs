namespace Marketplace.Grains.Payouts;

/// <summary>The chain that deposits come from and payouts go to; section <c>Solana</c>.</summary>
public sealed class SolanaOptions : RailOptions
{
    public const string Section = "Solana";

    /// <summary>
    /// Further rails by name, for payouts that ask for them and for transfers into their treasuries. Each has the keys
    /// of this section and must name its <c>GenesisHash</c>. Default none.
    /// </summary>
    public IDictionary<string, RailOptions> Rails { get; } =
        new Dictionary<string, RailOptions>(StringComparer.Ordinal);
}
