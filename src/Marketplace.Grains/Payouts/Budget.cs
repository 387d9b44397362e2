namespace Marketplace.Grains.Payouts;

/// <summary>Compute units asked for, and the price offered for each in millionths of a lamport.</summary>
internal sealed record Budget(uint UnitLimit, ulong UnitPrice)
{
    private const uint ForThePreamble = 40_000;
    private const uint ForATransfer = 10_000;
    private const uint ForAnAccount = 40_000;

    /// <summary>Enough for any version of the token program; simulation tells the tight limit.</summary>
    public static Budget Generous(int transfers, int accounts) =>
        new(ForThePreamble + ((uint)transfers * ForATransfer) + ((uint)accounts * ForAnAccount), 0);

    /// <summary>What simulation used and a fifth more.</summary>
    public static uint Tight(ulong used) => (uint)Math.Min(1_400_000, (used * 6 / 5) + 500);
}
