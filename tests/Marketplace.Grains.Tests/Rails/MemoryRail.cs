using System.Text;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Payments;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;

namespace Marketplace.Grains.Tests.Rails;

/// <summary>A rail over <see cref="MemoryBank"/>: nothing of Solana is in it, and it passes the same tests.</summary>
internal sealed class MemoryRail(MemoryBank bank) : ISettlementRail
{
    public RailName Name { get; } = RailName.Parse("memory");

    public Task<string> Chain(DepositRows rows, CancellationToken cancel) => Task.FromResult(bank.Name);

    public string LaneName(int number) => $"{Name}.lane_{number}";

    public string LaneAccount(string lane) => MemoryBank.TreasuryAccount;

    public ISettlementLane OpenLane(string chain, LaneSetting setting) => new Lane(this, bank, chain, setting);

    public IDepositSource OpenDeposits(string chain, DepositSetting setting) => new Source(this, bank, chain, setting);

    public IRailWitness OpenWitness(DepositRows deposits, DepositAddressRows addresses) =>
        throw new NotSupportedException("no audit reads this rail");

    private sealed class Source(MemoryRail rail, MemoryBank bank, string chain, DepositSetting setting) : IDepositSource
    {
        public async Task<ScanReport> Look(CancellationToken cancel)
        {
            var credited = new List<DepositId>();

            foreach (var line in bank.Final())
            {
                var expected = line.Reference is { } key ? await setting.Rows.FindByReference(key, cancel) : null;
                var transfer = new ChainTransfer(
                    chain, line.Id, MemoryBank.TreasuryAccount, Usdc.FromMicros(line.Micros), line.At)
                {
                    Rail = rail.Name,
                };
                await setting.Rows.Credit(transfer, expected?.Account, expected?.Id, cancel);
                setting.Checkpoint.Reach("deposit.posted");
                credited.AddRange(expected is null ? [] : [expected.Id]);
            }

            return new ScanReport(credited, null);
        }
    }

    private sealed class Lane(MemoryRail rail, MemoryBank bank, string chain, LaneSetting setting) : ISettlementLane
    {
        private static readonly TimeSpan Term = TimeSpan.FromMinutes(1);

        private LaneLease? _lease;

        public async Task<LaneReport> Step(CancellationToken cancel)
        {
            if (bank.Name != chain)
            {
                await setting.Desk.Freeze($"the bank is {bank.Name}, not {chain}", cancel);
                return LaneReport.Stuck("another bank");
            }

            _lease ??= await setting.Chunks.Take(
                new RailPin(rail.Name, chain), setting.Lane, MemoryBank.TreasuryAccount, setting.Holder, Term, cancel);

            if (_lease is null)
            {
                return LaneReport.Stuck($"the lane is {await setting.Chunks.PinOf(setting.Lane, cancel)}");
            }

            return await setting.Chunks.Live(setting.Lane, cancel) switch
            {
                null => await Plan(_lease, cancel),
                { State: ChunkState.Planned } chunk => await Sign(_lease, chunk, cancel),
                { State: ChunkState.Signed } chunk => await SendFirst(_lease, chunk, cancel),
                var chunk => await Follow(_lease, chunk, cancel),
            };
        }

        public async Task Leave(CancellationToken cancel)
        {
            if (_lease is not null)
            {
                await setting.Chunks.Release(_lease, cancel);
            }
        }

        private async Task<LaneReport> Plan(LaneLease lease, CancellationToken cancel)
        {
            var waiting = await setting.Desk.Waiting(Chunk.PayoutsMax, cancel);

            foreach (var stray in waiting.Where(row => row.Rail != rail.Name))
            {
                await setting.Desk.SetAside(stray, "it is for another rail", cancel);
            }

            ChunkPayout[] ours = [.. waiting.Where(row => row.Rail == rail.Name)];

            if (ours.Length == 0)
            {
                return LaneReport.Idle;
            }

            Assert.IsType<PlanOutcome.Planned>(
                await setting.Chunks.Plan(lease, setting.NewChunk(), ours, cancel));
            setting.Checkpoint.Reach("chunk.planned");
            return LaneReport.Again;
        }

        private async Task<LaneReport> Sign(LaneLease lease, Chunk chunk, CancellationToken cancel)
        {
            var attempt = new SignedAttempt(
                1, $"order-{chunk.Id}", Encoding.UTF8.GetBytes(chunk.Id.Value), chain, null, chunk.Id.Value, null);
            Assert.IsType<ChunkOutcome.Done>(
                await setting.Chunks.RecordSigned(lease, chunk.Id, attempt, setting.Options.Caps, cancel));
            setting.Checkpoint.Reach("chunk.signed");
            return LaneReport.Again;
        }

        private async Task<LaneReport> SendFirst(LaneLease lease, Chunk chunk, CancellationToken cancel)
        {
            await setting.Chunks.RecordSent(lease, chunk.Id, 1, cancel);
            Send(chunk);
            setting.Checkpoint.Reach("chunk.sent");
            return LaneReport.Later;
        }

        private async Task<LaneReport> Follow(LaneLease lease, Chunk chunk, CancellationToken cancel)
        {
            if (bank.IsFinal(chunk.Id.Value) is not true)
            {
                Send(chunk);
                return LaneReport.Later;
            }

            Assert.IsType<ChunkOutcome.Done>(
                await setting.Chunks.Finalize(lease, chunk.Id, chunk.Attempts[0].Signature, 1, 0, cancel));
            setting.Checkpoint.Reach("payout.posted");
            return LaneReport.Again;
        }

        private void Send(Chunk chunk)
        {
            try
            {
                bank.Order(chunk.Id.Value, [.. chunk.Payouts.Select(row => (row.Wallet, row.Amount.Micros))]);
            }
            catch (IOException)
            {
                // The next step sends it again: its name keeps it from being carried out twice.
            }
        }
    }
}
