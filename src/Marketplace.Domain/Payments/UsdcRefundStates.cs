namespace Marketplace.Domain.Payments;

/// <summary>The states of a refund in USDC, in the words of payouts.</summary>
public static class UsdcRefundStates
{
    /// <summary>Accepted and held; waits for screening and a chunk.</summary>
    public const string Requested = "requested";

    /// <summary>People decide.</summary>
    public const string Review = "review";

    /// <summary>It cannot be sent as it is: an administrator retries or cancels it.</summary>
    public const string Frozen = "frozen";

    /// <summary>Ended without being paid: the money was given back, or blocked.</summary>
    public const string Refused = "refused";

    /// <summary>Final on the chain and in the books.</summary>
    public const string Posted = "posted";

    /// <summary>Nothing more happens to it.</summary>
    public static bool IsOver(string state) => state is Refused or Posted;
}
