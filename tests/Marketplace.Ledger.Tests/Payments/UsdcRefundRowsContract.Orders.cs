using CsCheck;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Ledger.Payments;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests.Payments;

/// <content>Any order of what can happen to a customer's money.</content>
public abstract partial class UsdcRefundRowsContract
{
    private const int OrdersMax = 12;
    private const int StepsMax = 25;

    private enum Happening
    {
        Deposit,
        Unowned,
        Match,
        Charge,
        CardTopUp,
        Refund,
        SendBack,
        GiveUp,
        Block,
        Unblock,
    }

    /// <summary>
    /// Deposits, matches, top-ups by card, charges and refunds in any order: what went back or is held to go back never
    /// exceeds what came in as USDC, and what the rules allow and the balance covers is never refused.
    /// </summary>
    [Fact]
    public async Task In_no_order_of_events_more_usdc_goes_back_than_came_in()
    {
        var step = Gen.Select(Gen.Enum<Happening>(), Gen.Long[10, 400], Gen.Int[0, 50]);

        await step.Array[1, StepsMax].SampleAsync(
            async steps =>
            {
                await using var books = await Open();
                var world = new RefundWorld(this, books);

                foreach (var (what, micros, pick) in steps)
                {
                    await world.Step(what, micros, pick);
                }

                await AssertHolds(books);
            },
            iter: OrdersMax,
            threads: 1);
    }

    /// <summary>The books beside a model of sums.</summary>
    private sealed class RefundWorld(UsdcRefundRowsContract scene, TestBook books)
    {
        private readonly UsdcRefundRows _rows = scene.Rows(books);
        private readonly DepositRows _deposits = new(books.Database, scene._clock);
        private readonly List<(string Signature, long Micros)> _unowned = [];
        private readonly List<int> _open = [];
        private readonly List<int> _blocked = [];
        private readonly Dictionary<int, long> _amounts = [];
        private int _count;
        private long _deposited;
        private long _refunded;
        private long _free;

        public async Task Step(Happening what, long micros, int pick)
        {
            var number = ++_count;
            await (what switch
            {
                Happening.Deposit => Deposit($"in{number}", micros),
                Happening.Unowned => Unowned($"in{number}", micros),
                Happening.Match => Match(pick),
                Happening.Charge => Charge(number, micros),
                Happening.CardTopUp => CardTopUp(number, micros),
                Happening.Refund => Refund(number, micros),
                Happening.SendBack => SendBack(number, pick),
                Happening.GiveUp => GiveUp(pick),
                Happening.Block => Block(pick),
                _ => Unblock(pick),
            });

            Assert.True(_refunded <= _deposited, $"{_refunded} of {_deposited} go back");
            Assert.Equal(_free, await books.Free(Chart.Available(Customer())));
            Assert.Equal(
                (Micros(_deposited), Micros(_refunded)),
                await _rows.Use(Customer(), default, Cancel) is var use ? (use.Deposited, use.Refunded) : default);
        }

        private async Task Deposit(string signature, long micros)
        {
            await scene.Deposit(books, signature, micros);
            (_deposited, _free) = (_deposited + micros, _free + micros);
        }

        private async Task Unowned(string signature, long micros)
        {
            await scene.Deposit(books, signature, micros, null);
            _unowned.Add((signature, micros));
        }

        private async Task Match(int pick)
        {
            if (_unowned.Count > 0)
            {
                var (signature, micros) = _unowned[pick % _unowned.Count];
                _unowned.RemoveAt(pick % _unowned.Count);
                Assert.True((await _deposits.Match(Transfer(signature, micros), Customer(), Cancel)).Stands);
                (_deposited, _free) = (_deposited + micros, _free + micros);
            }
        }

        private async Task Charge(int number, long micros)
        {
            var charge = Journals.Move($"charge{number}", Chart.Available(Customer()), Chart.Fee(0), micros);
            var outcome = await books.Book.Post(Entry.Of(charge), Cancel);
            Assert.Equal(micros <= _free, outcome.Stands);
            _free -= outcome.Stands ? micros : 0;
        }

        private async Task CardTopUp(int number, long micros)
        {
            await books.Fund(Customer(), micros, $"topup{number}");
            _free += micros;
        }

        private async Task Refund(int number, long micros)
        {
            var begun = await _rows.Begin(scene.Refund(number, micros), Terms, Cancel);
            Assert.Equal(_refunded + micros <= _deposited && micros <= _free, begun is UsdcRefundBegun.Stands);

            if (begun is UsdcRefundBegun.Stands)
            {
                _open.Add(number);
                _amounts[number] = micros;
                (_refunded, _free) = (_refunded + micros, _free - micros);
            }
        }

        private async Task SendBack(int number, int pick)
        {
            if (_unowned.Count > 0)
            {
                var (signature, micros) = _unowned[pick % _unowned.Count];
                _unowned.RemoveAt(pick % _unowned.Count);
                var refund = scene.Unmatched(number, micros) with { Deposit = signature };
                Assert.IsType<UsdcRefundBegun.Stands>(await _rows.Begin(refund, Terms, Cancel));
                Assert.False((await _deposits.Match(Transfer(signature, micros), Customer(), Cancel)).Stands);
            }
        }

        private async Task GiveUp(int pick)
        {
            if (Take(_open, pick) is { } number)
            {
                await scene.End(_rows, number, "returned");
                (_refunded, _free) = (_refunded - _amounts[number], _free + _amounts[number]);
            }
        }

        private async Task Block(int pick)
        {
            if (Take(_open, pick) is { } number)
            {
                var stored = await Stored(number);
                Assert.True(await _rows.Refuse(
                    stored,
                    stored.Refund with { State = UsdcRefundStates.Refused, BlockedBy = $"rev_{number}" },
                    Cancel));
                _blocked.Add(number);
                _refunded -= _amounts[number];
            }
        }

        private async Task Unblock(int pick)
        {
            if (Take(_blocked, pick) is { } number)
            {
                var stored = await Stored(number);
                Assert.True(await _rows.Unblock(stored, stored.Refund with { BlockedBy = null }, Cancel));
                _free += _amounts[number];
            }
        }

        private async Task<StoredUsdcRefund> Stored(int number) =>
            (await _rows.Find(scene.Refund(number, 1).Id, Cancel))!;

        private static int? Take(List<int> numbers, int pick)
        {
            if (numbers.Count == 0)
            {
                return null;
            }

            var number = numbers[pick % numbers.Count];
            numbers.Remove(number);
            return number;
        }
    }
}
