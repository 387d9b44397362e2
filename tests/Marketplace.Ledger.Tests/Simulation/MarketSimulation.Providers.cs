using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;

namespace Marketplace.Ledger.Tests.Simulation;

/// <summary>Rows 7, 8, 9, 11, 16 and 17: earnings, payouts, bonds, advances, blocks.</summary>
internal sealed partial class MarketSimulation
{
    private readonly List<(PayoutId Payout, ProviderId Provider, long Amount, long Fee)> _payouts = [];
    private readonly List<(string Case, ProviderId Provider, long Amount)> _blocks = [];
    private readonly Dictionary<ProviderId, SimulatedAdvance> _advances = [];

    private IEnumerable<Func<SimulatedStep>> ProviderEvents() =>
        [
            Holdback, Holdback, Holdback, HoldPayout, HoldPayout, EndPayout, EndPayout, NetworkFee, FundBond,
            ReleaseBond, GrantAdvance, EarnDiscount, EarnDiscount, Block, Unblock,
        ];

    private SimulatedStep Holdback()
    {
        var (provider, cursor) = (Provider(), Name("h"));
        var amount = Some(Reference.Free(Accrued(provider)));

        return Step(
            $"holdback:{provider}:{cursor}",
            Entry.Of(LeaseJournals.Holdback(provider, cursor, Micros(amount))),
            $"{amount}",
            draft =>
            {
                var repaid = Math.Min(amount, draft.Free(Advance(provider)));
                draft.Change(Accrued(provider), amount);
                draft.Change(Advance(provider), -repaid);
                draft.Change(Payable(provider), -(amount - repaid));
            });
    }

    private SimulatedStep HoldPayout()
    {
        var provider = Provider();
        var payout = PayoutId.From(PrefixedId.Derive("payout", Name("p")));
        var fee = Chance(30) ? _random.NextInt64(1, 50_000) : 0;
        var amount = Some(Reference.Free(Payable(provider)) - fee);
        var entry = new Entry
        {
            Holds =
            [
                new($"payout:{payout}:payable", Chart.Payable(provider), amount + fee),
                new($"payout:{payout}:treasury", Chart.Treasury, amount),
            ],
        };

        return new(
            $"hold {payout}",
            entry,
            book => book.Hold(
                new ReferenceHold($"payout:{payout}:payable", Payable(provider), amount + fee),
                new ReferenceHold($"payout:{payout}:treasury", "A:usdc:treasury", amount)),
            () => _payouts.Add((payout, provider, amount, fee)));
    }

    private SimulatedStep EndPayout()
    {
        if (_payouts.Count == 0)
        {
            return HoldPayout();
        }

        var (payout, provider, amount, fee) = Pick(_payouts);
        string[] holds = [$"payout:{payout}:payable", $"payout:{payout}:treasury"];

        return Chance(20)
            ? new($"void {payout}", new() { VoidHolds = holds }, book => book.Void(holds))
            : Using(
                $"payout:{payout}:post",
                Entry.Of(PayoutJournals.Post(payout, provider, Micros(amount), Micros(fee))) with { PostHolds = holds },
                $"{amount} {fee}",
                holds,
                draft =>
                {
                    draft.Move(Payable(provider), "A:usdc:treasury", amount);
                    draft.Move(Payable(provider), "I:usdc:instantfee", fee);
                },
                () => Outer("A:usdc:treasury", -amount));
    }

    private SimulatedStep NetworkFee()
    {
        var (signature, lamports) = (Name("sig"), _random.NextInt64(5_000, 2_100_000));

        return Step(
            $"solfee:{signature}",
            Entry.Of(PayoutJournals.NetworkFee(signature, lamports)),
            $"{lamports}",
            draft => draft.Move("X:sol:network", "A:sol:feepayer", lamports),
            () => Outer("A:sol:feepayer", -lamports));
    }

    private SimulatedStep FundBond()
    {
        var (provider, n) = (Provider(), Name("b"));
        var amount = Some(Reference.Free(Payable(provider)) / 3);

        return Step(
            $"bond:{provider}:{n}",
            Entry.Of(BondJournals.Fund(provider, n, Micros(amount))),
            $"{amount}",
            draft => draft.Move(Payable(provider), Bond(provider), amount));
    }

    private SimulatedStep ReleaseBond()
    {
        var (provider, n) = (Provider(), Name("b"));
        var amount = Some(Reference.Free(Bond(provider)) / 2);

        return Step(
            $"unbond:{provider}:{n}",
            Entry.Of(BondJournals.Release(provider, n, Micros(amount))),
            $"{amount}",
            draft => draft.Move(Bond(provider), Payable(provider), amount));
    }

    private SimulatedStep GrantAdvance()
    {
        var provider = Provider();

        if (_advances.ContainsKey(provider))
        {
            return EarnDiscount();
        }

        var (id, principal) = (Name("a"), Some(Reference.Free(Accrued(provider)) * 4 / 5));
        var discount = principal / 100;

        return Step(
            $"advance:{id}",
            Entry.Of(AdvanceJournals.Grant(id, provider, Micros(principal), Micros(discount))),
            $"{principal} {discount}",
            draft =>
            {
                draft.Move(Advance(provider), Payable(provider), principal - discount);
                draft.Move(Advance(provider), "L:usdc:unearned", discount);
            },
            () => _advances[provider] = new(id, principal, discount));
    }

    /// <summary>Pro rata of what was repaid, so that an advance that is repaid has earned its whole discount.</summary>
    private SimulatedStep EarnDiscount()
    {
        if (_advances.Count == 0)
        {
            return Holdback();
        }

        var (provider, advance) = Pick([.. _advances]);
        var outstanding = Reference.Free(Advance(provider));
        var total = AdvanceJournals.Earned(Micros(advance.Principal), Micros(advance.Discount), Micros(outstanding)).Micros;
        var (n, amount) = (advance.Parts++, total - advance.Earned);
        advance.Earned = total;

        if (outstanding == 0)
        {
            Assert.Equal(advance.Discount, total);
            _advances.Remove(provider);
        }

        return Step(
            $"earn:{advance.Id}:{n}",
            Entry.Of(AdvanceJournals.Earn(advance.Id, n, Micros(amount))),
            $"{amount}",
            draft => draft.Move("L:usdc:unearned", "I:usdc:advance", amount));
    }

    private SimulatedStep Block()
    {
        var (id, provider) = (Name("k"), Provider());
        var amount = Some(Reference.Free(Payable(provider)));

        return Step(
            $"block:{id}",
            Entry.Of(ComplianceJournals.Block(id, provider, Micros(amount))),
            $"{provider} {amount}",
            draft => draft.Move(Payable(provider), $"L:usdc:blocked:{id}", amount),
            () => _blocks.Add((id, provider, amount)));
    }

    private SimulatedStep Unblock()
    {
        if (_blocks.Count == 0)
        {
            return Block();
        }

        var (id, provider, amount) = Pick(_blocks);

        return Step(
            $"unblock:{id}",
            Entry.Of(ComplianceJournals.Unblock(id, provider, Micros(amount))),
            $"{provider} {amount}",
            draft => draft.Move($"L:usdc:blocked:{id}", Payable(provider), amount));
    }
}
