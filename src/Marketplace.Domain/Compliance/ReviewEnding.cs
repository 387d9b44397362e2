namespace Marketplace.Domain.Compliance;

/// <summary>What becomes of a cleared payout.</summary>
[GenerateSerializer, Alias("ReviewEnding")]
public enum ReviewEnding
{
    /// <summary>It goes on.</summary>
    Pay,

    /// <summary>It ends, and its money is payable again.</summary>
    Return,
}
