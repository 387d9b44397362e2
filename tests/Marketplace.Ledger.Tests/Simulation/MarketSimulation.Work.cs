using System.Numerics;
using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Verification;

namespace Marketplace.Ledger.Tests.Simulation;

/// <summary>Rows 4, 5, 6, 10 and 19: work, its meter, its end, what is given back.</summary>
internal sealed partial class MarketSimulation
{
    private const int FeeBasisPoints = 1_000;
    private const int PremiumBasisPoints = 50;

    private readonly List<SimulatedLease> _leases = [];
    private readonly List<SimulatedLease> _ended = [];

    private IEnumerable<Func<SimulatedStep>> WorkEvents() =>
        [Grant, Open, Open, Extend, Tick, Tick, Tick, Tick, Close, RunJob, RunJob, GiveBack, PayCover];

    private SimulatedStep Grant()
    {
        var (id, customer, amount) = (Name("g"), Customer(), _random.NextInt64(1, 20 * Dollar));

        return Step(
            $"promo:{id}",
            Entry.Of(PromoJournals.Grant(id, customer, Micros(amount))),
            $"{customer} {amount}",
            draft => draft.Move("X:usdc:promo", Promo(customer), amount));
    }

    private SimulatedStep Open()
    {
        var lease = new SimulatedLease(
            Name("lse_"), Customer(), Provider(), _random.NextInt64(1, 5 * Dollar), Chance(40) ? PremiumBasisPoints : 0);

        return Fund(lease, () => _leases.Add(lease));
    }

    private SimulatedStep Extend() => _leases.Count == 0 ? Open() : Fund(Pick(_leases), null);

    private SimulatedStep Fund(SimulatedLease lease, Action? then)
    {
        var wanted = _random.NextInt64(1, 3 * Dollar);
        var promo = Math.Min(wanted, Reference.Free(Promo(lease.Customer)));
        var (n, available) = (lease.Funded++, wanted - promo);

        return Step(
            $"fund:{lease.Id}:{n}",
            Entry.Of(LeaseJournals.Fund(lease.Id, n, lease.Customer, Micros(promo), Micros(available))),
            $"{promo} {available}",
            draft =>
            {
                draft.Move(Promo(lease.Customer), Escrow(lease.Id), promo);
                draft.Move(Available(lease.Customer), Escrow(lease.Id), available);
            },
            () =>
            {
                lease.Promo += promo;
                lease.Escrow += wanted;
                lease.IsBehind = lease.Ticks > 0;
                then?.Invoke();
            });
    }

    /// <summary>The product's meter says what a tick takes; what it took in the end is compared at the close.</summary>
    private SimulatedStep Tick()
    {
        if (_leases.Count == 0)
        {
            return Open();
        }

        var lease = Pick(_leases);
        lease.Used += _random.NextInt64(0, 1_200_000);
        var rate = MeterRate.Hourly(Micros(lease.Rate), FeeBasisPoints, lease.PremiumBasisPoints);
        var (next, step) = lease.Meter.Tick(rate, lease.Used, Micros(lease.Escrow - lease.Taken));
        var n = lease.Ticks++;
        lease.Meter = next;
        lease.IsBehind = false;
        lease.Taken += step.Total.Micros;

        return Step(
            $"meter:{lease.Id}:{n}",
            Entry.Of(LeaseJournals.Tick(lease.Id, n, lease.Provider, step)),
            $"{step}",
            draft =>
            {
                draft.Move(Escrow(lease.Id), Accrued(lease.Provider), step.Charge.Micros - step.Fee.Micros);
                draft.Move(Escrow(lease.Id), Fee(lease.Id), step.Fee.Micros);
                draft.Move(Escrow(lease.Id), "L:usdc:slapool", step.Premium.Micros);
            });
    }

    private SimulatedStep Close()
    {
        if (_leases.Count == 0)
        {
            return Open();
        }

        var lease = Pick(_leases);
        _leases.Remove(lease);
        _ended.Add(lease);
        AssertExact(lease);
        var promo = Math.Max(0, lease.Promo - lease.Taken);
        var available = lease.Escrow - lease.Taken - promo;

        return Step(
            $"close:{lease.Id}",
            Entry.Of(LeaseJournals.Close(lease.Id, lease.Customer, Micros(promo), Micros(available))),
            $"{promo} {available}",
            draft =>
            {
                draft.Move(Escrow(lease.Id), Promo(lease.Customer), promo);
                draft.Change(Escrow(lease.Id), available);
                ToCustomer(draft, lease.Customer, available);
            });
    }

    /// <summary>Whatever the ticks were, the total is the floor of rate times time, or what the escrow could bear.</summary>
    private static void AssertExact(SimulatedLease lease)
    {
        var price = (long)(new BigInteger(lease.Rate) * lease.Used / 3_600_000);
        var charged = lease.Meter.Charged.Micros;
        var premium = charged * lease.PremiumBasisPoints / 10_000;
        var isFull = price + (price * lease.PremiumBasisPoints / 10_000) <= lease.Escrow;

        // Extended after a tick that took all there was, the next tick catches up: only the last tick's state counts.
        Assert.True(charged <= price, $"{lease.Id}: {charged} for a price of {price}");
        Assert.True(!isFull || lease.IsBehind || charged == price, $"{lease.Id}: {charged} for a price of {price}");
        Assert.Equal(charged * FeeBasisPoints / 10_000, lease.Meter.Fee.Micros);
        Assert.Equal((premium, charged + premium), (lease.Meter.Premium.Micros, lease.Taken));
        Assert.True(lease.Taken <= lease.Escrow);
    }

    /// <summary>A job from its order to its receipt in three entries' work, posted as one.</summary>
    private SimulatedStep RunJob()
    {
        var (id, customer, provider) = (Name("job_"), Customer(), Provider());
        var escrow = Some(Reference.Free(Available(customer)) / 8);
        var charge = _random.NextInt64(1, escrow + 1);
        var (fee, rest) = (charge * FeeBasisPoints / 10_000, escrow - charge);
        var entry = new Entry
        {
            Journals =
            [
                LeaseJournals.Fund(id, 0, customer, Usdc.Zero, Micros(escrow)),
                LeaseJournals.Charge(id, provider, Micros(charge), FeeBasisPoints),
                LeaseJournals.Close(id, customer, Usdc.Zero, Micros(rest)),
            ],
            Register = [new("job", id, customer.Value, "succeeded", "{}", null)],
            Receipts = [new(ReceiptId.From(PrefixedId.Derive("receipt", id)), id, customer, provider, "{}")],
        };

        return Step(
            $"job {id}",
            entry,
            $"{escrow} {charge}",
            draft =>
            {
                draft.Change(Available(customer), escrow);
                draft.Change(Accrued(provider), -(charge - fee));
                draft.Change(Fee(id), -fee);
                ToCustomer(draft, customer, rest);
            });
    }

    private SimulatedStep GiveBack()
    {
        if (_ended.Count == 0)
        {
            return Close();
        }

        var lease = Pick(_ended);
        var id = Name($"c{lease.Id}");
        var amount = _random.NextInt64(1, Math.Max(2, lease.Meter.Charged.Micros));
        var fee = amount * FeeBasisPoints / 10_000;

        return Step(
            $"sla:{id}",
            Entry.Of(SlaJournals.Refund(id, lease.Provider, lease.Customer, Micros(amount), Micros(fee))),
            $"{amount} {fee}",
            draft =>
            {
                var left = amount - fee;
                draft.Change(Fee(id), fee);

                foreach (var source in new[] { Accrued(lease.Provider), Bond(lease.Provider), "L:usdc:slapool" })
                {
                    var part = Math.Min(left, draft.Free(source));
                    draft.Change(source, part);
                    left -= part;
                }

                draft.Change("X:usdc:slacredit", left);
                ToCustomer(draft, lease.Customer, amount);
            });
    }

    private SimulatedStep PayCover()
    {
        var (id, customer, amount) = (Name("v"), Customer(), Some(Reference.Free("L:usdc:slapool") / 10));

        return Step(
            $"slacover:{id}",
            Entry.Of(SlaJournals.Cover(id, customer, Micros(amount))),
            $"{customer} {amount}",
            draft =>
            {
                draft.Change("L:usdc:slapool", amount);
                ToCustomer(draft, customer, amount);
            });
    }

    /// <summary>The shards are summed: which of them takes a fee is the product's own affair.</summary>
    private static string Fee(string id) => id.Length > 0 ? "I:usdc:fee" : throw new ArgumentException("No id.", nameof(id));
}
