using Marketplace.Api.Http;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;

namespace Marketplace.Api.Payouts;

/// <summary>Asks for a payout to the provider's wallet.</summary>
/// <param name="Amount" example="3.400000">USDC, at most what is payable; a fee is part of it.</param>
/// <param name="Speed" example="standard">standard: free, with the next run; instant: at once, for a fee.</param>
/// <param name="Rail" example="solana">The chain to be paid on, as the operator names it.</param>
internal sealed record CreatePayoutRequest(
    Usdc Amount, string Speed = CreatePayoutRequest.Standard, string Rail = CreatePayoutRequest.Solana)
{
    public const string Standard = "standard";
    public const string Instant = "instant";
    public const string Solana = "solana";

    public Faults Check()
    {
        var faults = new Faults();

        if (Amount <= Usdc.Zero || Amount > Usdc.Largest)
        {
            faults.Add("amount", $"is {Amount}, allowed are 0.000001 to {Usdc.Largest}");
        }

        if (Speed is not (Standard or Instant))
        {
            faults.Add("speed", $"is '{Speed}', allowed are {Standard} and {Instant}");
        }

        if (!RailName.IsName(Rail))
        {
            faults.Add("rail", $"is '{Rail}', allowed are 1 to 16 of a-z, 0-9 and '-', a letter first");
        }

        return faults;
    }
}
