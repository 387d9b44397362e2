namespace Marketplace.Domain.Accounts;

/// <summary>What a key may do. A key without a scope gets 403 on that scope's routes.</summary>
[Flags]
[GenerateSerializer, Alias("ApiKeyScopes")]
public enum ApiKeyScopes
{
    None = 0,

    /// <summary>Spend: jobs, renders, deposits, balance.</summary>
    Renter = 1,

    /// <summary>Earn: devices, enrolment codes, earnings, payouts.</summary>
    Provider = 2,

    /// <summary>Run the market.</summary>
    Admin = 4,

    /// <summary>Decide the cases of the review queue.</summary>
    Compliance = 8,

    /// <summary>See the review queue, and be the second person of a release.</summary>
    Finance = 16,
}
