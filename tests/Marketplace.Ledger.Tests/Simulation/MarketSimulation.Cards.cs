using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Ledger.Payments;

namespace Marketplace.Ledger.Tests.Simulation;

/// <summary>Rows 1, 2, 12, 13, 14, 15 of the chart of events, and write-offs.</summary>
internal sealed partial class MarketSimulation
{
    private readonly List<(string Payment, AccountId Customer, long Cents)> _payments = [];
    private readonly List<(string Refund, AccountId Customer, long Cents)> _refunds = [];
    private readonly List<(string Dispute, AccountId Customer, long Cents)> _disputes = [];

    private IEnumerable<Func<SimulatedStep>> CardEvents() =>
        [TopUp, TopUp, StripeFee, HoldRefund, EndRefund, EndRefund, OpenDispute, EndDispute, WriteOff];

    private SimulatedStep TopUp()
    {
        var (payment, customer, cents) = (Name("pi_"), Customer(), _random.NextInt64(1, 50_000));

        if (_payments.Count > 0 && Chance(5))
        {
            // The same payment with another amount.
            (payment, customer, _) = Pick(_payments);
        }

        return Step(
            $"topup:{payment}",
            Entry.Of(CardJournals.TopUp(payment, customer, Cents.From(cents))),
            $"{customer} {cents}",
            draft =>
            {
                draft.Move("A:usd:stripe", "Q:usd:fx", cents * Cent);
                draft.Change("Q:usdc:fx", cents * Cent);
                ToCustomer(draft, customer, cents * Cent);
            },
            () =>
            {
                Outer("A:usd:stripe", cents * Cent);
                _payments.Add((payment, customer, cents));
            });
    }

    private SimulatedStep StripeFee()
    {
        var (transaction, cents) = (Name("txn_"), _random.NextInt64(1, 900));

        return Step(
            $"stripefee:{transaction}",
            Entry.Of(CardJournals.StripeFee(transaction, Cents.From(cents))),
            $"{cents}",
            draft => draft.Move("X:usd:stripefee", "A:usd:stripe", cents * Cent),
            () => Outer("A:usd:stripe", -cents * Cent));
    }

    private SimulatedStep HoldRefund()
    {
        var (refund, customer) = (Name("re_"), Customer());
        var cents = Math.Max(1, Some(Reference.Free(Available(customer))) / Cent);

        return new(
            $"hold {refund}",
            RefundEntries.HoldForCard(refund, customer, Cents.From(cents)),
            book => book.Hold(new ReferenceHold($"refund:{refund}:avail", Available(customer), cents * Cent)),
            () => _refunds.Add((refund, customer, cents)));
    }

    private SimulatedStep EndRefund()
    {
        if (_refunds.Count == 0)
        {
            return HoldRefund();
        }

        var (refund, customer, cents) = Pick(_refunds);

        return Chance(30)
            ? new($"void {refund}", RefundEntries.VoidToCard(refund), book => book.Void($"refund:{refund}:avail"))
            : Using(
                $"refund:{refund}:post",
                RefundEntries.PostToCard(refund, customer, Cents.From(cents)),
                $"{customer} {cents}",
                [$"refund:{refund}:avail"],
                draft =>
                {
                    draft.Move(Available(customer), "Q:usdc:fx", cents * Cent);
                    draft.Move("Q:usd:fx", "A:usd:stripe", cents * Cent);
                },
                () => Outer("A:usd:stripe", -cents * Cent));
    }

    private SimulatedStep OpenDispute()
    {
        if (_payments.Count == 0)
        {
            return TopUp();
        }

        var (payment, customer, cents) = Pick(_payments);
        var dispute = $"dp_{payment}";

        return Step(
            $"dispute:{dispute}:open",
            Entry.Of(CardJournals.DisputeOpened(dispute, customer, Cents.From(cents), Cents.From(15_00))),
            $"{customer} {cents}",
            draft =>
            {
                draft.Move("A:usd:disputed", "A:usd:stripe", cents * Cent);
                draft.Move("X:usd:disputefee", "A:usd:stripe", 15 * Dollar);
                var left = Math.Min(cents * Cent, draft.Free(Available(customer)));
                draft.Change(Available(customer), left);
                draft.Change(Owed(customer), (cents * Cent) - left);
                draft.Change(Frozen(customer), -cents * Cent);
            },
            () =>
            {
                Outer("A:usd:stripe", (-cents * Cent) - (15 * Dollar));
                _disputes.Add((dispute, customer, cents));
            });
    }

    private SimulatedStep EndDispute()
    {
        if (_disputes.Count == 0)
        {
            return OpenDispute();
        }

        var dispute = Pick(_disputes);
        _disputes.Remove(dispute);
        var (id, customer, micros) = (dispute.Dispute, dispute.Customer, dispute.Cents * Cent);
        var cents = Cents.From(dispute.Cents);

        return Chance(50)
            ? Step(
                $"dispute:{id}:won",
                Entry.Of(CardJournals.DisputeWon(id, customer, cents)),
                $"{customer} {micros}",
                draft =>
                {
                    draft.Move("A:usd:stripe", "A:usd:disputed", micros);
                    draft.Change(Frozen(customer), micros);
                    ToCustomer(draft, customer, micros);
                },
                () => Outer("A:usd:stripe", micros))
            : Step(
                $"dispute:{id}:lost",
                Entry.Of(CardJournals.DisputeLost(id, customer, cents)),
                $"{customer} {micros}",
                draft =>
                {
                    draft.Move("Q:usd:fx", "A:usd:disputed", micros);
                    draft.Move(Frozen(customer), "Q:usdc:fx", micros);
                });
    }

    private SimulatedStep WriteOff()
    {
        // Few owe anything: it is asked of one who does, where there is one.
        var owing = _customers.Where(one => Reference.Free(Owed(one)) > 0).ToArray();
        var (id, customer) = (Name("w"), owing.Length > 0 ? Pick(owing) : Customer());
        var amount = Some(Reference.Free(Owed(customer)) / 4);

        return Step(
            $"writeoff:{id}",
            Entry.Of(CardJournals.WriteOff(id, customer, Micros(amount))),
            $"{customer} {amount}",
            draft => draft.Move("X:usdc:baddebt", Owed(customer), amount));
    }
}
