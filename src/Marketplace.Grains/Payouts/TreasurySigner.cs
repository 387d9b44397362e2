namespace Marketplace.Grains.Payouts;

/// <summary>Where the treasury's key is.</summary>
public enum TreasurySigner
{
    /// <summary>In a file: development and tests; refused on mainnet.</summary>
    File,

    /// <summary>In a PKCS#11 token, which signs and never gives it away.</summary>
    Pkcs11,
}
