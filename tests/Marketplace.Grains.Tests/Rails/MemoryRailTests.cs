using Marketplace.Grains.Payouts;

namespace Marketplace.Grains.Tests.Rails;

/// <summary>A rail that is no chain of Solana's kind keeps the same promises.</summary>
public sealed class MemoryRailTests : SettlementRailContract
{
    private protected override Task<RailWorld> Open() => Task.FromResult<RailWorld>(new World());

    private sealed class World : RailWorld
    {
        private readonly MemoryBank _bank = new("bank-a");

        public World() => Rail = new MemoryRail(_bank);

        public override ISettlementRail Rail { get; }

        public override string Chain => "bank-a";

        public override string OtherChain => "bank-b";

        public override string Wallet(int number) => $"wallet-{number}";

        public override string Reference(int number) => $"reference-{number}";

        public override Task Fund(long micros)
        {
            _bank.Mint(MemoryBank.TreasuryAccount, micros);
            return Task.CompletedTask;
        }

        public override Task<long> UsdcOf(string wallet) => Task.FromResult(_bank.Of(wallet));

        public override Task<long> Treasury() => UsdcOf(MemoryBank.TreasuryAccount);

        public override Task Pass()
        {
            _bank.Pass();
            return Task.CompletedTask;
        }

        public override Task LoseSends()
        {
            _bank.LoseSends();
            return Task.CompletedTask;
        }

        public override Task Deposit(long micros, string? reference)
        {
            _bank.PayIn(micros, reference);
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
