namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>The standing deposit address of an account; key <c>acc_…</c>.</summary>
[GrainInterfaceType("deposit-address"), Alias("IDepositAddressGrain")]
public interface IDepositAddressGrain : IGrainWithStringKey
{
    /// <summary>
    /// Opens it, or answers the one that is open. Null without a chain or without a seed that addresses follow from.
    /// </summary>
    [Alias("Open")]
    Task<DepositAddressView?> Open(CancellationToken cancel = default);

    /// <summary>The address, or null before it was opened.</summary>
    [Alias("Describe")]
    Task<DepositAddressView?> Describe(CancellationToken cancel = default);
}
