using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Payouts;
using Marketplace.Ledger.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;

namespace Marketplace.Grains.Payouts;

/// <summary>
/// The transaction of a chunk: nonce first where there is one, budget, memo, then the payees in the chunk's order.
/// </summary>
internal static class ChunkMessage
{
    private const int SignatureBytes = 1 + Signature.Length;

    /// <summary>Accounts that one transaction may lock; some chains allow more.</summary>
    private const int AccountsMax = 64;

    /// <summary>Every address spelled out, or with lookup tables those that they hold looked up.</summary>
    public static Message Build(
        SolanaRail rail,
        ChunkId chunk,
        IReadOnlyList<Payee> payees,
        Lifetime lifetime,
        Budget budget,
        params IReadOnlyList<LookupTable> tables)
    {
        var instructions = new List<Instruction>();

        if (lifetime.Nonce is { } nonce)
        {
            instructions.Add(SystemProgram.AdvanceNonce(nonce, rail.Treasury));
        }

        instructions.Add(ComputeBudgetProgram.SetUnitLimit(budget.UnitLimit));
        instructions.Add(ComputeBudgetProgram.SetUnitPrice(budget.UnitPrice));
        instructions.Add(MemoProgram.Note(chunk.Value));

        foreach (var payee in payees)
        {
            if (payee.OpensAccount)
            {
                instructions.Add(AssociatedTokenProgram.CreateIdempotent(rail.Treasury, payee.Wallet, rail.Mint));
            }

            var transfer = TokenProgram.TransferChecked(new TokenTransfer
            {
                Source = rail.TreasuryAccount,
                Mint = rail.Mint,
                Destination = payee.TokenAccount,
                Owner = rail.Treasury,
                Amount = payee.Amount,
                Decimals = SolanaRail.UsdcDecimals,
            });

            // Without a nonce account to look at, the chunk is looked up by a key of its own.
            instructions.Add(lifetime.Nonce is null && payee == payees[0]
                ? transfer with { Accounts = [.. transfer.Accounts, AccountMeta.ReadOnly(Reference(chunk))] }
                : transfer);
        }

        return tables.Count == 0
            ? Message.Compile(rail.Treasury, lifetime.Value, instructions)
            : Message.CompileV0(rail.Treasury, lifetime.Value, instructions, tables);
    }

    /// <summary>A key that stands for the chunk in the history of the chain; nobody can sign for it.</summary>
    public static PublicKey Reference(ChunkId chunk) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"chunk reference {chunk}")));

    /// <summary>Uses the nonce up and does nothing else.</summary>
    public static Message Cancel(SolanaRail rail, PublicKey nonce, Hash value) =>
        Message.Compile(rail.Treasury, value, [SystemProgram.AdvanceNonce(nonce, rail.Treasury)]);

    public static bool IsCancel(byte[] wire) => Transaction.Decode(wire).Message.Instructions.Count == 1;

    /// <summary>The same message with a higher price, on the same nonce: at most one of the two can land.</summary>
    public static Message Raised(Message message, ulong priceMax)
    {
        var instructions = message.Instructions.ToArray();
        var price = BinaryPrimitives.ReadUInt64LittleEndian(instructions[2].Data.Span[1..]);
        instructions[2] = instructions[2] with
        {
            Data = ComputeBudgetProgram.SetUnitPrice(PriorityPrice.Raised(price, priceMax)).Data,
        };
        return message with { Instructions = instructions };
    }

    public static bool Fits(Message message) =>
        message.Encode().Length + SignatureBytes <= Transaction.BytesMax && message.AccountCount <= AccountsMax;

    /// <summary>What the key may sign for this chunk: made from the stored rows, not from the message.</summary>
    public static SigningPermit Permit(Chunk chunk, Lifetime lifetime, IReadOnlyList<LookupTable> tables)
    {
        PermittedTransfer[] transfers =
        [
            .. chunk.Payouts.Select(
                row => new PermittedTransfer(PublicKey.Parse(row.Wallet), (ulong)row.Amount.Micros)),
        ];
        return lifetime.Nonce is { } nonce
            ? new SigningPermit.Transfers(nonce, lifetime.Value, transfers) { Tables = tables }
            : new SigningPermit.ExpiringTransfers(lifetime.Value, transfers);
    }

    /// <summary>Which payout an instruction belongs to; null for the preamble.</summary>
    public static ChunkPayout? PayoutAt(Chunk chunk, Message message, int instruction)
    {
        // Programs are never looked up.
        var programs = message.Instructions.Select(one => message.Keys[one.ProgramIndex]).ToArray();
        var place = programs.Take(instruction).Count(program => program == TokenProgram.Id);
        var isOfAPayee = instruction < programs.Length
            && (programs[instruction] == TokenProgram.Id || programs[instruction] == AssociatedTokenProgram.Id);
        return isOfAPayee && place < chunk.Payouts.Count ? chunk.Payouts[place] : null;
    }
}
