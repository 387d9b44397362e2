using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Ledger.Payments;

namespace Marketplace.Ledger.Tests.Simulation;

/// <summary>Rows 3, 12b and 18, and the platform's own wallets.</summary>
internal sealed partial class MarketSimulation
{
    private const string Treasury = "A:usdc:treasury";
    private const string Suspense = "L:usdc:suspense";

    private readonly List<(ChainTransfer Transfer, long Amount)> _suspense = [];
    private readonly List<(string Refund, AccountId? Customer, long Amount)> _chainRefunds = [];

    private IEnumerable<Func<SimulatedStep>> TreasuryEvents() =>
        [
            Deposit, Deposit, DepositUnswept, DepositUnowned, MatchDeposit, Sweep, HoldChainRefund, HoldSuspenseRefund,
            EndChainRefund, Buy, PayOutStripe, Chill, Thaw, FundBank, FundTreasury, FundFeePayer,
        ];

    private SimulatedStep Deposit() => DepositInto(Treasury, Customer());

    private SimulatedStep DepositUnswept() => DepositInto("A:usdc:deposits", Customer());

    private SimulatedStep DepositUnowned() => DepositInto(Treasury, null);

    private SimulatedStep DepositInto(string wallet, AccountId? customer)
    {
        var amount = _random.NextInt64(1, 400 * Dollar);
        var transfer = new ChainTransfer("genesis", Name("sig"), "token", Micros(amount), _counter);
        var journal = wallet == Treasury
            ? DepositJournals.Credit(transfer, customer)
            : DepositJournals.CreditUnswept(transfer, customer);

        return Step(
            $"deposit:{transfer.Key}",
            Entry.Of(journal),
            $"{wallet} {customer} {amount}",
            draft =>
            {
                draft.Change(wallet, amount);

                if (customer is { } owner)
                {
                    ToCustomer(draft, owner, amount);
                }
                else
                {
                    draft.Change(Suspense, -amount);
                }
            },
            () =>
            {
                Outer(wallet, amount);

                if (customer is null)
                {
                    _suspense.Add((transfer, amount));
                }
            });
    }

    private SimulatedStep MatchDeposit()
    {
        if (_suspense.Count == 0)
        {
            return DepositUnowned();
        }

        var (transfer, amount) = Pick(_suspense);
        var customer = Customer();

        return Step(
            $"match:{transfer.Key}",
            Entry.Of(DepositJournals.Match(transfer, customer)),
            $"{customer} {amount}",
            draft =>
            {
                draft.Change(Suspense, amount);
                ToCustomer(draft, customer, amount);
            });
    }

    private SimulatedStep Sweep() => Between(
        "sweep", Treasury, "A:usdc:deposits", TreasuryJournals.Sweep, Some(Reference.Free("A:usdc:deposits")));

    private SimulatedStep Chill() => Between(
        "cold", "A:usdc:cold", Treasury, TreasuryJournals.ToCold, Some(Reference.Free(Treasury) / 4));

    private SimulatedStep Thaw() => Between(
        "hot", Treasury, "A:usdc:cold", TreasuryJournals.FromCold, Some(Reference.Free("A:usdc:cold")));

    private SimulatedStep Between(
        string word, string into, string from, Func<string, Usdc, Journal> journal, long amount)
    {
        var signature = Name("sig");

        return Step(
            $"{word}:{signature}",
            Entry.Of(journal(signature, Micros(amount))),
            $"{amount}",
            draft => draft.Move(into, from, amount),
            () =>
            {
                Outer(into, amount);
                Outer(from, -amount);
            });
    }

    private SimulatedStep HoldChainRefund()
    {
        var customer = Customer();
        return HoldRefund(customer, Some(Reference.Free(Available(customer)) / 3));
    }

    private SimulatedStep HoldSuspenseRefund() => HoldRefund(null, Some(Reference.Free(Suspense) / 3));

    private SimulatedStep HoldRefund(AccountId? customer, long amount)
    {
        var refund = Name("u");
        var holds = RefundHolds(refund, customer);

        return new(
            $"hold {refund}",
            RefundEntries.HoldForChain(refund, customer, Micros(amount)),
            book => book.Hold(
                new ReferenceHold(holds[0], Source(customer), amount), new ReferenceHold(holds[1], Treasury, amount)),
            () => _chainRefunds.Add((refund, customer, amount)));
    }

    private static string Source(AccountId? customer) => customer is { } owner ? Available(owner) : Suspense;

    private static string[] RefundHolds(string refund, AccountId? customer) => customer is null
        ? [$"suspenserefund:{refund}:suspense", $"suspenserefund:{refund}:treasury"]
        : [$"usdcrefund:{refund}:avail", $"usdcrefund:{refund}:treasury"];

    private SimulatedStep EndChainRefund()
    {
        if (_chainRefunds.Count == 0)
        {
            return HoldChainRefund();
        }

        var (refund, customer, amount) = Pick(_chainRefunds);
        var holds = RefundHolds(refund, customer);

        return Chance(30)
            ? new($"void {refund}", RefundEntries.VoidToChain(refund, customer), book => book.Void(holds))
            : Using(
                $"{(customer is null ? "suspenserefund" : "usdcrefund")}:{refund}:post",
                RefundEntries.PostToChain(refund, customer, Micros(amount)),
                $"{customer} {amount}",
                holds,
                draft => draft.Move(Source(customer), Treasury, amount),
                () => Outer(Treasury, -amount));
    }

    private SimulatedStep Buy()
    {
        var (id, cents) = (Name("y"), _random.NextInt64(100, 20_000));
        var bought = (cents * Cent) + _random.NextInt64(-5_000, 5_001);

        return Step(
            $"buy:{id}",
            Entry.Of(TreasuryJournals.Buy(id, Cents.From(cents), Micros(bought))),
            $"{cents} {bought}",
            draft =>
            {
                draft.Change("A:usd:bank", -cents * Cent);
                draft.Change("Q:usd:fx", bought);
                draft.Change("X:usd:fx", (cents * Cent) - bought);
                draft.Move(Treasury, "Q:usdc:fx", bought);
            },
            () =>
            {
                Outer("A:usd:bank", -cents * Cent);
                Outer(Treasury, bought);
            });
    }

    private SimulatedStep PayOutStripe()
    {
        var (id, cents) = (Name("po_"), _random.NextInt64(1, 30_000));

        return Step(
            $"stripepayout:{id}",
            Entry.Of(TreasuryJournals.StripePayout(id, Cents.From(cents))),
            $"{cents}",
            draft => draft.Move("A:usd:bank", "A:usd:stripe", cents * Cent),
            () =>
            {
                Outer("A:usd:bank", cents * Cent);
                Outer("A:usd:stripe", -cents * Cent);
            });
    }

    private SimulatedStep FundBank()
    {
        var (id, cents) = (Name("f"), _random.NextInt64(1, 5_000));

        return Step(
            $"usdfund:{id}",
            Entry.Of(TreasuryJournals.FundBank(id, Cents.From(cents))),
            $"{cents}",
            draft => draft.Move("A:usd:bank", "Q:usd:capital", cents * Cent),
            () => Outer("A:usd:bank", cents * Cent));
    }

    private SimulatedStep FundTreasury()
    {
        var (id, amount) = (Name("f"), _random.NextInt64(1, 50 * Dollar));

        return Step(
            $"usdcfund:{id}",
            Entry.Of(PayoutJournals.FundTreasury(id, Micros(amount))),
            $"{amount}",
            draft => draft.Move(Treasury, "Q:usdc:capital", amount),
            () => Outer(Treasury, amount));
    }

    private SimulatedStep FundFeePayer()
    {
        var (id, lamports) = (Name("f"), _random.NextInt64(1, 10_000_000));

        return Step(
            $"solfund:{id}",
            Entry.Of(PayoutJournals.FundFeePayer(id, lamports)),
            $"{lamports}",
            draft => draft.Move("A:sol:feepayer", "Q:sol:capital", lamports),
            () => Outer("A:sol:feepayer", lamports));
    }
}
