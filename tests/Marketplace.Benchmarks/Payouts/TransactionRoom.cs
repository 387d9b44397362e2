using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;

namespace Marketplace.Benchmarks.Payouts;

/// <summary>
/// How many payees one transaction holds as lanes build it (nonce, budget, memo, one signer): with every address
/// spelled out, and with those of mint, source and payees in an address lookup table. Built, not estimated.
/// </summary>
internal static class TransactionRoom
{
    private const int PayeesMax = 64;
    private const int SignatureBytes = 1 + Signature.Length;

    public static IReadOnlyList<BenchmarkResult> Measure()
    {
        var (plain, plainBytes) = Most(payees => Message.Compile(Key(1), Blockhash, Instructions(payees)));
        var (looked, lookedBytes) = Most(payees => Message.CompileV0(
            Key(1),
            Blockhash,
            Instructions(payees),
            new LookupTable(Key(5), [Key(2), Key(3), .. Enumerable.Range(0, payees).Select(Payee)])));
        return
        [
            new("payouts.room.spelled", plain, "payees"),
            new("payouts.room.spelled.bytes", plainBytes, "B"),
            new("payouts.room.table", looked, "payees"),
            new("payouts.room.table.bytes", lookedBytes, "B"),
        ];
    }

    private static Hash Blockhash { get; } = new(new byte[32]);

    private static (int Payees, int Bytes) Most(Func<int, Message> build)
    {
        var most = (Payees: 0, Bytes: 0);

        for (var payees = 1; payees <= PayeesMax; payees++)
        {
            var bytes = build(payees).Encode().Length + SignatureBytes;

            if (bytes > Transaction.BytesMax)
            {
                break;
            }

            most = (payees, bytes);
        }

        return most;
    }

    private static IReadOnlyList<Instruction> Instructions(int payees) =>
    [
        SystemProgram.AdvanceNonce(Key(4), Key(1)),
        ComputeBudgetProgram.SetUnitLimit(10_000),
        ComputeBudgetProgram.SetUnitPrice(1_000),
        MemoProgram.Note("chk_01j9zzzzzzzzzzzzzzzzzzzzzzzzzzzz"),
        .. Enumerable.Range(0, payees).Select(payee => TokenProgram.TransferChecked(new TokenTransfer
        {
            Source = Key(2),
            Mint = Key(3),
            Destination = Payee(payee),
            Owner = Key(1),
            Amount = 1_000_000,
            Decimals = 6,
        })),
    ];

    private static PublicKey Payee(int number) => Key(100 + number);

    private static PublicKey Key(int number) =>
        Keypair.FromSeed(Enumerable.Repeat((byte)number, Keypair.SeedLength).ToArray()).PublicKey;
}
