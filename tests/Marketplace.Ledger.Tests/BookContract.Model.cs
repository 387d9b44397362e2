using CsCheck;
using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger.Tests;

public abstract partial class BookContract
{
    private const int Sequences = 25;

    private static readonly Gen<BookModel.Step[]> Steps = Gen.Select(
        Gen.Int[0, 3], Gen.Int[0, 4], Gen.Int[0, 4], Gen.Long[1, 60], Gen.Int[0, 14],
        (act, from, to, amount, name) => new BookModel.Step((BookModel.Act)act, from, to, amount, name)).Array[1, 40];

    /// <summary>An independent model in memory judges every answer, as in TigerBeetle's simulation.</summary>
    [Fact]
    public async Task Any_sequence_of_transfers_and_holds_is_answered_as_a_model_in_memory_answers_it()
    {
        await using var books = await Open();
        var run = 0;

        await Steps.SampleAsync(
            async steps =>
            {
                var model = new BookModel(Interlocked.Increment(ref run));

                foreach (var step in steps)
                {
                    var outcome = await books.Book.Post(model.ToEntry(step), CancellationToken.None);
                    Assert.Equal(model.Answer(step), outcome.GetType().Name);
                }

                foreach (var account in model.Accounts)
                {
                    var balance = await books.Book.Balance(account, CancellationToken.None);
                    Assert.Equal(model.Balance(account), (balance.Amount, balance.Held));
                }

                await books.AssertBalanced();
            },
            iter: Sequences,
            threads: 1);
    }

    /// <summary>The books as a few lines over dictionaries: four floored accounts and one that may go anywhere.</summary>
    private sealed class BookModel(int run)
    {
        private readonly Dictionary<LedgerAccount, long> _balances = [];
        private readonly Dictionary<LedgerAccount, long> _held = [];
        private readonly Dictionary<int, (int From, int To, long Amount)> _journals = [];
        private readonly Dictionary<int, (LedgerAccount Account, long Amount, bool IsOpen)> _holds = [];

        public enum Act
        {
            Transfer = 0,
            Hold = 1,
            Void = 2,
            Fund = 3,
        }

        public IReadOnlyList<LedgerAccount> Accounts => [.. Enumerable.Range(0, 5).Select(Account)];

        public (long Amount, long Held) Balance(LedgerAccount account) =>
            (-_balances.GetValueOrDefault(account), _held.GetValueOrDefault(account));

        public Entry ToEntry(Step step) => step.Act switch
        {
            Act.Transfer or Act.Fund => Entry.Of(
                Journals.Move($"model:{run}:{step.Name}", Account(From(step)), Account(To(step)), step.Amount)),
            Act.Hold => new() { Holds = [new($"model:{run}:{step.Name}", Account(step.From % 4), step.Amount)] },
            _ => new() { VoidHolds = [$"model:{run}:{step.Name}"] },
        };

        public string Answer(Step step) => step.Act switch
        {
            Act.Transfer or Act.Fund => Transfer(step),
            Act.Hold => Hold(step),
            _ => Void(step),
        };

        private static int From(Step step) => step.Act == Act.Fund ? 4 : step.From;

        private static int To(Step step) => To(From(step), step.To);

        private static int To(int from, int to) => from == to ? (to + 1) % 5 : to;

        private LedgerAccount Account(int n) =>
            n == 4 ? LedgerAccount.Parse($"Q:usdc:model{run}") : LedgerAccount.Parse($"L:usdc:cust:model{run}x{n}:avail");

        private string Transfer(Step step)
        {
            var wanted = (From(step), To(step), step.Amount);

            if (_journals.TryGetValue(step.Name, out var there))
            {
                return there == wanted ? nameof(PostOutcome.Exists) : nameof(PostOutcome.Conflict);
            }

            var from = Account(wanted.Item1);

            if (from.Floored && Free(from) < step.Amount)
            {
                return nameof(PostOutcome.Insufficient);
            }

            _balances[from] = _balances.GetValueOrDefault(from) + step.Amount;
            _balances[Account(wanted.Item2)] = _balances.GetValueOrDefault(Account(wanted.Item2)) - step.Amount;
            _journals.Add(step.Name, wanted);
            return nameof(PostOutcome.Posted);
        }

        private string Hold(Step step)
        {
            var account = Account(step.From % 4);

            if (_holds.TryGetValue(step.Name, out var there))
            {
                return there.Account == account && there.Amount == step.Amount
                    ? nameof(PostOutcome.Exists)
                    : nameof(PostOutcome.Conflict);
            }

            if (Free(account) < step.Amount)
            {
                return nameof(PostOutcome.Insufficient);
            }

            _held[account] = _held.GetValueOrDefault(account) + step.Amount;
            _holds.Add(step.Name, (account, step.Amount, true));
            return nameof(PostOutcome.Posted);
        }

        private string Void(Step step)
        {
            if (!_holds.TryGetValue(step.Name, out var there))
            {
                return nameof(PostOutcome.HoldNotOpen);
            }

            if (!there.IsOpen)
            {
                return nameof(PostOutcome.Exists);
            }

            _held[there.Account] -= there.Amount;
            _holds[step.Name] = there with { IsOpen = false };
            return nameof(PostOutcome.Posted);
        }

        private long Free(LedgerAccount account) => -_balances.GetValueOrDefault(account) - _held.GetValueOrDefault(account);

        public sealed record Step(Act Act, int From, int To, long Amount, int Name);
    }
}
