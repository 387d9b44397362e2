using Marketplace.Api.Http;
using Marketplace.Api.Providers;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Abstractions.Payments;

namespace Marketplace.Api.Payments;

/// <summary>Asks for a part of the balance back in USDC.</summary>
/// <param name="Amount" example="12.500000">
/// USDC: at most what came in as USDC and did not go back yet, and what is unspent.
/// </param>
/// <param name="Address" example="9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM">
/// Base58 address of a wallet of yours: not a token account, and not an address that only an exchange can tell yours.
/// </param>
/// <param name="Rail" example="solana">The chain that the deposit came in on.</param>
/// <param name="Beneficiary">Who has the wallet; needed from the travel rule's amount on.</param>
internal sealed record CreateUsdcRefundRequest(
    Usdc Amount, string Address, string Rail = "solana", IdentityRequest? Beneficiary = null)
{
    public Faults Check(DateTimeOffset now)
    {
        var faults = new Faults();

        if (Amount <= Usdc.Zero || Amount > Usdc.Largest)
        {
            faults.Add("amount", $"is {Amount}, allowed are 0.000001 to {Usdc.Largest}");
        }

        Check(Address, Rail, Beneficiary, now, faults);
        return faults;
    }

    public NewUsdcRefund ToRefund() => new(Amount, Address, RailName.Parse(Rail), Beneficiary?.ToIdentity());

    /// <summary>Whether the address is a wallet is told by the chain, not by its letters.</summary>
    public static void Check(
        string address, string rail, IdentityRequest? beneficiary, DateTimeOffset now, Faults faults)
    {
        const int AddressLengthMin = 32;
        const int AddressLengthMax = 44;

        faults.Length("address", address, AddressLengthMin, AddressLengthMax);

        if (!RailName.IsName(rail))
        {
            faults.Add("rail", $"is '{rail}', allowed are 1 to 16 of a-z, 0-9 and '-', a letter first");
        }

        foreach (var error in beneficiary?.Check(now).Errors ?? [])
        {
            faults.Add($"beneficiary.{error.Field}", error.Detail);
        }
    }
}
