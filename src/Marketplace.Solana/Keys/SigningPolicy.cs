using System.Buffers.Binary;
using Marketplace.Solana.Programs;

namespace Marketplace.Solana.Keys;

/// <summary>
/// Reads message bytes and compares them with a <see cref="SigningPermit"/>. Every instruction is rebuilt from the
/// permit and must be equal to the byte: what cannot be rebuilt is refused, so an unknown trick is refused too.
/// </summary>
public sealed partial record SigningPolicy
{
    /// <summary>The treasury: fee payer, owner of the tokens and authority of the nonces.</summary>
    public required PublicKey FeePayer { get; init; }

    public required PublicKey Mint { get; init; }

    public required byte Decimals { get; init; }

    /// <summary>The most that one transaction may move, in the mint's smallest unit.</summary>
    public required ulong AmountMax { get; init; }

    /// <summary>The most that priority may cost, in lamports.</summary>
    public ulong PriorityLamportsMax { get; init; } = 1_000_000;

    /// <summary>How many token accounts of payees one transaction may open at the treasury's cost.</summary>
    public int AccountsOpenedMax { get; init; } = 8;

    /// <summary>
    /// Whether transfers may be signed without a nonce. On a chain with nonces this stays false: two such transactions
    /// could both land.
    /// </summary>
    public bool AllowsExpiring { get; init; }

    /// <summary>A memo longer than this is refused.</summary>
    public int MemoBytesMax { get; init; } = 64;

    /// <summary>A note that stands alone, longer than this, is refused.</summary>
    public int NoteBytesMax { get; init; } = 160;

    /// <summary>Without a record of lookup tables: what names one is refused.</summary>
    /// <exception cref="SigningRefusedException">Says what is not allowed.</exception>
    public void Check(ReadOnlySpan<byte> bytes, SigningPermit permit) => Check(bytes, permit, []);

    /// <param name="bytes">What is to be signed.</param>
    /// <param name="permit">What may be.</param>
    /// <param name="recorded">The tables of ours that message or permit name, as we have written them down.</param>
    /// <exception cref="SigningRefusedException">Says what is not allowed.</exception>
    public void Check(ReadOnlySpan<byte> bytes, SigningPermit permit, IReadOnlyList<RecordedTable> recorded)
    {
        var message = Read(bytes);
        var tables = Tables(message, permit, recorded);
        Require(message.FeePayer == FeePayer, $"fee payer {message.FeePayer} is not the treasury");
        Require(
            message.RequiredSignatures == (permit is SigningPermit.Sweep ? 2 : 1), "another signer is asked for");
        var instructions = message.Decompile(tables);

        switch (permit)
        {
            case SigningPermit.Transfers transfers:
                CheckNonce(message, instructions, transfers.Nonce, transfers.NonceValue);
                CheckTransfers([.. instructions.Skip(1)], transfers.Payees);
                break;
            case SigningPermit.ExpiringTransfers expiring:
                Require(AllowsExpiring, "transfers without a nonce are not signed on this chain");
                Require(message.RecentBlockhash == expiring.Blockhash, $"the blockhash is not {expiring.Blockhash}");
                CheckTransfers(instructions, expiring.Payees);
                break;
            case SigningPermit.CancelNonce cancel:
                CheckNonce(message, instructions, cancel.Nonce, cancel.NonceValue);
                Require(WithoutBudget(instructions.Skip(1)).Count == 0, "a cancel does nothing but advance the nonce");
                break;
            case SigningPermit.CreateNonce create:
                CheckCreateNonce(instructions, create);
                break;
            case SigningPermit.OpenTokenAccount:
                var open = AssociatedTokenProgram.CreateIdempotent(FeePayer, FeePayer, Mint);
                var asked = WithoutBudget(instructions);
                Require(asked.Count == 1
                    && Same(asked[0], open), "only the treasury's own token account may be opened");
                break;
            case SigningPermit.Sweep sweep:
                CheckSweep(instructions, sweep);
                break;
            case SigningPermit.Note note:
                CheckNote(instructions, note);
                break;
            case SigningPermit.CreateTable or SigningPermit.ExtendTable or SigningPermit.DeactivateTable:
                CheckTable(instructions, permit, recorded);
                break;
            default:
                throw new SigningRefusedException($"unknown permit {permit}");
        }
    }

    private static Message Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Message.Decode(bytes);
        }
        catch (MessageFormatException problem)
        {
            throw new SigningRefusedException($"not a message: {problem.Message}", problem);
        }
    }

    private static void Require(bool allowed, string otherwise)
    {
        if (!allowed)
        {
            throw new SigningRefusedException(otherwise);
        }
    }

    private static bool Same(Instruction given, Instruction expected) =>
        given.Program == expected.Program
        && given.Accounts.Select(account => account.Key).SequenceEqual(expected.Accounts.Select(account => account.Key))
        && given.Data.Span.SequenceEqual(expected.Data.Span);

    /// <summary>Not even a compute budget: its fee is what a signature costs.</summary>
    private void CheckNote(IReadOnlyList<Instruction> instructions, SigningPermit.Note permit)
    {
        var expected = MemoProgram.Note(permit.Text, FeePayer);
        Require(expected.Data.Length <= NoteBytesMax, $"a note has at most {NoteBytesMax} bytes");
        Require(
            instructions.Count == 1 && Same(instructions[0], expected)
                && instructions[0].Accounts.All(account => account.IsSigner),
            "only the note itself may be signed");
    }

    /// <summary>It can only bring money in: nothing beside it, not even a compute budget.</summary>
    private void CheckSweep(IReadOnlyList<Instruction> instructions, SigningPermit.Sweep permit)
    {
        Require(permit.Owner != FeePayer, "the treasury is not swept into itself");
        var expected = TokenProgram.TransferChecked(new TokenTransfer
        {
            Source = AssociatedTokenProgram.Address(permit.Owner, Mint),
            Mint = Mint,
            Destination = AssociatedTokenProgram.Address(FeePayer, Mint),
            Owner = permit.Owner,
            Amount = permit.Amount,
            Decimals = Decimals,
        });
        Require(
            instructions.Count == 1 && Same(instructions[0], expected),
            $"only the sweep of {permit.Owner} into the treasury may be signed");
    }

    private void CheckTransfers(IReadOnlyList<Instruction> instructions, IReadOnlyList<PermittedTransfer> payees)
    {
        var total = payees.Aggregate(0UL, (sum, payee) => checked(sum + payee.Amount));
        Require(payees.Count > 0, "no transfer is permitted");
        Require(total <= AmountMax, $"{total} exceeds the cap of {AmountMax} for one transaction");
        var rest = new Queue<Instruction>(WithoutBudget(instructions));

        if (rest.TryPeek(out var memo) && memo.Program == MemoProgram.Id)
        {
            Require(memo.Accounts.Count == 0 && memo.Data.Length <= MemoBytesMax, "a memo with accounts or too long");
            rest.Dequeue();
        }

        var opened = 0;
        var source = AssociatedTokenProgram.Address(FeePayer, Mint);

        foreach (var payee in payees)
        {
            var open = AssociatedTokenProgram.CreateIdempotent(FeePayer, payee.Wallet, Mint);

            if (rest.TryPeek(out var first) && Same(first, open))
            {
                Require(++opened <= AccountsOpenedMax, $"more than {AccountsOpenedMax} token accounts would be opened");
                rest.Dequeue();
            }

            var expected = TokenProgram.TransferChecked(new TokenTransfer
            {
                Source = source,
                Mint = Mint,
                Destination = open.Accounts[1].Key,
                Owner = FeePayer,
                Amount = payee.Amount,
                Decimals = Decimals,
            });
            Require(rest.TryDequeue(out var given), $"the transfer to {payee.Wallet} is missing");
            Require(SameTransfer(given!, expected), $"another transfer stands where {payee.Wallet} is to be paid");
        }

        Require(rest.Count == 0, $"{rest.Count} instructions more than permitted");
    }

    /// <summary>References may follow the four accounts of a transfer; they can neither sign nor be written.</summary>
    private static bool SameTransfer(Instruction given, Instruction expected) =>
        given.Accounts.Count is 4 or 5
        && Same(given with { Accounts = [.. given.Accounts.Take(4)] }, expected)
        && given.Accounts.Skip(4).All(account => account is { IsSigner: false, IsWritable: false });

    private void CheckNonce(Message message, IReadOnlyList<Instruction> instructions, PublicKey nonce, Hash value)
    {
        Require(
            instructions.Count > 0 && Same(instructions[0], SystemProgram.AdvanceNonce(nonce, FeePayer)),
            $"the first instruction does not advance nonce {nonce}");
        Require(message.RecentBlockhash == value, $"the nonce value is not {value}");
    }

    private void CheckCreateNonce(IReadOnlyList<Instruction> instructions, SigningPermit.CreateNonce permit)
    {
        var asked = WithoutBudget(instructions);
        var address = ProgramAddress.WithSeed(FeePayer, permit.Seed, SystemProgram.Id);
        var create = SystemProgram.CreateAccountWithSeed(
            FeePayer, permit.Seed, permit.LamportsMax, NonceAccount.Length, SystemProgram.Id);
        Require(
            asked.Count == 2 && Same(asked[0], create)
                && Same(asked[1], SystemProgram.InitializeNonce(address, FeePayer)),
            $"only the nonce account with seed '{permit.Seed}' may be created");
    }

    /// <summary>Takes the compute budget away after checking what it may cost.</summary>
    private List<Instruction> WithoutBudget(IEnumerable<Instruction> instructions)
    {
        var rest = new List<Instruction>();
        var limit = 1_400_000UL;
        var price = 0UL;

        foreach (var instruction in instructions)
        {
            if (instruction.Program != ComputeBudgetProgram.Id)
            {
                rest.Add(instruction);
                continue;
            }

            var data = instruction.Data.Span;

            switch (data)
            {
                case [2, _, _, _, _]:
                    limit = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
                    break;
                case [3, _, _, _, _, _, _, _, _]:
                    price = BinaryPrimitives.ReadUInt64LittleEndian(data[1..]);
                    break;
                default:
                    throw new SigningRefusedException("an unknown compute budget instruction");
            }
        }

        Require((UInt128)price * limit <= (UInt128)PriorityLamportsMax * 1_000_000, "the priority fee is too high");
        return rest;
    }
}
