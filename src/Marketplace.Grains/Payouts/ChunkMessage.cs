using System.Buffers.Binary;
using Marketplace.Domain.Payouts;
using Marketplace.Ledger.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;

namespace Marketplace.Grains.Payouts;

/// <summary>The transaction of a chunk: nonce first, budget, memo, then the payees in the chunk's order.</summary>
internal static class ChunkMessage
{
    /// <summary>Advance of the nonce, unit limit, unit price, memo: what stands before the first payee.</summary>
    public const int PreambleCount = 4;

    private const int SignatureBytes = 1 + Signature.Length;

    public static Message Build(
        SolanaRail rail, ChunkId chunk, IReadOnlyList<Payee> payees, NonceUse nonce, Budget budget)
    {
        var instructions = new List<Instruction>
        {
            SystemProgram.AdvanceNonce(nonce.Account, rail.Treasury),
            ComputeBudgetProgram.SetUnitLimit(budget.UnitLimit),
            ComputeBudgetProgram.SetUnitPrice(budget.UnitPrice),
            MemoProgram.Note(chunk.Value),
        };

        foreach (var payee in payees)
        {
            if (payee.OpensAccount)
            {
                instructions.Add(AssociatedTokenProgram.CreateIdempotent(rail.Treasury, payee.Wallet, rail.Mint));
            }

            instructions.Add(TokenProgram.TransferChecked(new TokenTransfer
            {
                Source = rail.TreasuryAccount,
                Mint = rail.Mint,
                Destination = payee.TokenAccount,
                Owner = rail.Treasury,
                Amount = payee.Amount,
                Decimals = SolanaRail.UsdcDecimals,
            }));
        }

        return Message.Compile(rail.Treasury, nonce.Value, instructions);
    }

    /// <summary>Uses the nonce up and does nothing else.</summary>
    public static Message Cancel(SolanaRail rail, NonceUse nonce) =>
        Message.Compile(rail.Treasury, nonce.Value, [SystemProgram.AdvanceNonce(nonce.Account, rail.Treasury)]);

    public static bool IsCancel(byte[] wire) => Transaction.Decode(wire).Message.Instructions.Count == 1;

    /// <summary>The same message with a higher price, on the same nonce: at most one of the two can land.</summary>
    public static Message Raised(Message message, ulong priceMax)
    {
        var instructions = message.Decompile().ToArray();
        var price = BinaryPrimitives.ReadUInt64LittleEndian(instructions[2].Data.Span[1..]);
        instructions[2] = ComputeBudgetProgram.SetUnitPrice(PriorityPrice.Raised(price, priceMax));
        return Message.Compile(message.FeePayer, message.RecentBlockhash, instructions);
    }

    public static bool Fits(Message message) => message.Encode().Length + SignatureBytes <= Transaction.BytesMax;

    /// <summary>What the key may sign for this chunk: made from the stored rows, not from the message.</summary>
    public static SigningPermit.Transfers Permit(Chunk chunk, NonceUse nonce) =>
        new(
            nonce.Account,
            nonce.Value,
            [.. chunk.Payouts.Select(
                row => new PermittedTransfer(PublicKey.Parse(row.Wallet), (ulong)row.Amount.Micros))]);

    /// <summary>Which payout an instruction belongs to; null for the preamble.</summary>
    public static PayoutId? PayoutAt(Chunk chunk, Message message, int instruction)
    {
        var programs = message.Decompile().Select(one => one.Program).ToArray();
        var place = programs.Take(instruction).Count(program => program == TokenProgram.Id);
        return instruction >= PreambleCount && place < chunk.Payouts.Count ? chunk.Payouts[place].Payout : null;
    }
}
