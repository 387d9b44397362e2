using Marketplace.Domain.Compliance;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;

namespace Marketplace.Api.Compliance;

/// <summary>Who paid whom, in the fields of IVMS 101.</summary>
/// <param name="Payout" example="pay_01j9zq8k3v7r2m5x4c6b8n0t1w">The payout.</param>
/// <param name="Amount" example="1500.000000">USDC.</param>
/// <param name="At">When the record was made.</param>
/// <param name="Originator">Who pays: the operator.</param>
/// <param name="Beneficiary">Who is paid: the provider.</param>
/// <param name="BeneficiaryWallet">Where it goes.</param>
/// <param name="SelfHosted" example="true">Whether the provider itself has the wallet's key; null: not told.</param>
/// <param name="Custodian">Who has the key when the provider has not.</param>
internal sealed record TravelRecordResponse(
    PayoutId Payout,
    Usdc Amount,
    DateTimeOffset At,
    TravelPersonResponse Originator,
    TravelPersonResponse Beneficiary,
    string BeneficiaryWallet,
    bool? SelfHosted,
    string? Custodian)
{
    private const string Legal = "legalPerson";
    private const string Natural = "naturalPerson";

    public static TravelRecordResponse From(TravelRecord record)
    {
        var (payer, payee) = (record.Originator, record.Beneficiary);

        return new(
            record.Payout,
            record.Amount,
            record.At,
            new(Legal, payer.LegalName, payer.Street, payer.Town, payer.Country, null, payer.RegistrationNumber),
            new(
                payee.IsCompany ? Legal : Natural,
                payee.LegalName,
                payee.Street,
                payee.Town,
                payee.Country,
                payee.DateOfBirth,
                payee.RegistrationNumber),
            record.Wallet,
            payee.IsSelfHosted,
            payee.Custodian);
    }
}
