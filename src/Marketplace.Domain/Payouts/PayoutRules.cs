using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payouts;

/// <summary>Decides whether a payout may be made.</summary>
public static class PayoutRules
{
    public static PayoutVerdict Decide(PayoutAsk ask, PayoutTerms terms)
    {
        if (ask.FrozenBecause is not null)
        {
            return new PayoutVerdict.Frozen(ask.FrozenBecause);
        }

        if (ask.IsTest)
        {
            return new PayoutVerdict.TestProvider();
        }

        if (ask.IsSuspended)
        {
            return new PayoutVerdict.Suspended();
        }

        if (ask.Wallet is null)
        {
            return new PayoutVerdict.NoWallet();
        }

        if (ask.WalletChangedAt + terms.WalletChangeLock is { } until && ask.Now < until)
        {
            return new PayoutVerdict.WalletLocked(until);
        }

        if (ask.Amount <= Usdc.Zero || ask.Amount < terms.Minimum)
        {
            return new PayoutVerdict.TooSmall(terms.Minimum);
        }

        if (ask.InLastDay >= terms.PerDay)
        {
            return new PayoutVerdict.TooMany(terms.PerDay);
        }

        if (ask.IdentityMissing is { Count: > 0 } missing
            && (ask.IsDueDiligence || ask.Amount >= (terms.TravelRuleFrom ?? Usdc.Largest)))
        {
            return new PayoutVerdict.IdentityMissing(missing);
        }

        return ask.Amount > ask.Payable
            ? new PayoutVerdict.NotEnough(ask.Payable)
            : new PayoutVerdict.Granted(ask.Wallet);
    }
}
