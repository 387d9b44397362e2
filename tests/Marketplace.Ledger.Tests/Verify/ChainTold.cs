using Marketplace.Domain.Payouts;
using Marketplace.Ledger.Verify;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests.Verify;

/// <summary>A chain that says what a test wants it to say.</summary>
internal sealed class ChainTold(ChainEvidence evidence) : IChainEvidence
{
    public const string Genesis = "genesis";
    public const string Treasury = "treasury-account";

    /// <summary>Later than anything that a test posts.</summary>
    public static readonly DateTimeOffset Later = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static ChainTold Of(long balance, params ChainMove[] moves) =>
        new(new(Later, [Rail(balance, moves)], []));

    public static RailEvidence Rail(long balance, params ChainMove[] moves) =>
        new(RailName.Solana, Genesis, Treasury, 100, Micros(balance), moves);

    public static ChainMove In(string signature, long micros, string from = "payer", bool isScanned = true) =>
        new(signature, 1, micros, new Dictionary<string, long> { [from] = micros }, isScanned);

    public static ChainMove Out(string signature, params (string Wallet, long Micros)[] paid) => new(
        signature, 2, -paid.Sum(one => one.Micros), paid.ToDictionary(one => one.Wallet, one => one.Micros), true);

    public Task<ChainEvidence> Read(CancellationToken cancel = default) => Task.FromResult(evidence);
}
