using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Testing.Solana;

public sealed partial class FakeSolana
{
    private const ulong LamportsPerSignature = 5_000;

    /// <summary>What would happen to a transaction now: null, or why it fails, and whether it would cost its fee.</summary>
    private (TransactionError? Error, ImmutableDictionary<PublicKey, AccountInfo>? After) Try(Transaction transaction)
    {
        var message = transaction.Message;
        var payer = _accounts.GetValueOrDefault(message.FeePayer);
        var instructions = message.Decompile();
        var fee = Fee(message, instructions);

        if (_landed.Any(one => one.Transaction.Id == transaction.Id))
        {
            return (new TransactionError.Whole("AlreadyProcessed"), null);
        }

        if (!Keypair.Verify(message.FeePayer, message.Encode(), transaction.Id))
        {
            return (new TransactionError.Whole("SignatureFailure"), null);
        }

        var nonce = NonceOf(instructions, message.RecentBlockhash);

        if (nonce is null && !IsRecent(message.RecentBlockhash))
        {
            return (new TransactionError.Whole("BlockhashNotFound"), null);
        }

        if (payer is null || payer.Lamports < fee + Rent(0))
        {
            return (new TransactionError.Whole(payer is null ? "AccountNotFound" : "InsufficientFundsForFee"), null);
        }

        var paid = _accounts.SetItem(message.FeePayer, payer with { Lamports = payer.Lamports - fee });
        paid = nonce is null ? paid : Advanced(paid, nonce);
        var after = paid;

        for (var index = 0; index < instructions.Count; index++)
        {
            if (Apply(instructions[index], ref after, nonce) is { } problem)
            {
                return (new TransactionError.InInstruction(index, problem.Name, problem.Custom), paid);
            }
        }

        return (null, after);
    }

    private TransactionError? Run(Transaction transaction)
    {
        var (error, after) = Try(transaction);

        if (after is not null)
        {
            _landed.Add(Describe(transaction, error, _accounts, after));
            _accounts = after;
            _states.Add((_slot, after));
        }

        return error;
    }

    private LandedTransaction Describe(
        Transaction transaction,
        TransactionError? error,
        ImmutableDictionary<PublicKey, AccountInfo> before,
        ImmutableDictionary<PublicKey, AccountInfo> after) =>
        new()
        {
            Slot = _slot,
            BlockTime = DateTimeOffset.UnixEpoch.AddSeconds(_slot),
            Transaction = transaction,
            Error = error,
            Fee = Fee(transaction.Message, transaction.Message.Decompile()),
            PreBalances = [.. transaction.Message.Keys.Select(key => before.GetValueOrDefault(key)?.Lamports ?? 0)],
            PostBalances = [.. transaction.Message.Keys.Select(key => after.GetValueOrDefault(key)?.Lamports ?? 0)],
            PreTokenBalances = TokenBalances(transaction.Message.Keys, before),
            PostTokenBalances = TokenBalances(transaction.Message.Keys, after),
            LoadedAddresses = [],
        };

    private static List<TokenBalance> TokenBalances(
        IReadOnlyList<PublicKey> keys, ImmutableDictionary<PublicKey, AccountInfo> accounts)
    {
        var balances = new List<TokenBalance>();

        for (var index = 0; index < keys.Count; index++)
        {
            if (accounts.GetValueOrDefault(keys[index]) is { } account
                && account.Owner == TokenProgram.Id
                && account.Data.Length == TokenAccount.Length)
            {
                var token = TokenAccount.Decode(account.Data.Span);
                balances.Add(new TokenBalance
                {
                    AccountIndex = index,
                    Mint = token.Mint,
                    Owner = token.Owner,
                    Program = TokenProgram.Id,
                    Amount = token.Amount,
                    Decimals = 6,
                });
            }
        }

        return balances;
    }

    private static ulong Fee(Message message, IReadOnlyList<Instruction> instructions)
    {
        ulong limit = 200_000;
        ulong price = 0;

        foreach (var budget in instructions.Where(one => one.Program == ComputeBudgetProgram.Id))
        {
            if (budget.Data.Span[0] == 2)
            {
                limit = BinaryPrimitives.ReadUInt32LittleEndian(budget.Data.Span[1..]);
            }
            else
            {
                price = BinaryPrimitives.ReadUInt64LittleEndian(budget.Data.Span[1..]);
            }
        }

        return (LamportsPerSignature * message.RequiredSignatures) + (((price * limit) + 999_999) / 1_000_000);
    }

    private bool IsRecent(Hash blockhash)
    {
        for (ulong age = 0; age <= BlockhashAgeMax && age <= _slot; age++)
        {
            if (HashOf(_slot - age) == blockhash)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The nonce account that the first instruction advances, when the value fits.</summary>
    private PublicKey? NonceOf(IReadOnlyList<Instruction> instructions, Hash value)
    {
        var isAdvance = instructions.Count > 0
            && instructions[0].Program == SystemProgram.Id
            && instructions[0].Data.Span.SequenceEqual((byte[])[4, 0, 0, 0]);

        return isAdvance
            && _accounts.GetValueOrDefault(instructions[0].Accounts[0].Key) is { } account
            && account.Data.Length == NonceAccount.Length
            && NonceAccount.Decode(account.Data.Span)?.Value == value
                ? instructions[0].Accounts[0].Key
                : null;
    }

    private ImmutableDictionary<PublicKey, AccountInfo> Advanced(
        ImmutableDictionary<PublicKey, AccountInfo> accounts, PublicKey nonce)
    {
        var account = accounts[nonce];
        var old = NonceAccount.Decode(account.Data.Span)!;
        return accounts.SetItem(nonce, FakeToken.Nonce(account, old.Authority, Digest($"nonce {old.Value} {_slot} {_fork}")));
    }

    private (string Name, uint? Custom)? Apply(
        Instruction instruction, ref ImmutableDictionary<PublicKey, AccountInfo> accounts, PublicKey? nonce)
    {
        if (instruction.Program == TokenProgram.Id && instruction.Data.Span[0] == 12)
        {
            return Transfer(instruction, ref accounts);
        }

        if (instruction.Program == AssociatedTokenProgram.Id)
        {
            return OpenAccount(instruction, ref accounts);
        }

        return instruction.Program == SystemProgram.Id ? ApplySystem(instruction, ref accounts, nonce) : null;
    }

    private static (string Name, uint? Custom)? Transfer(
        Instruction instruction, ref ImmutableDictionary<PublicKey, AccountInfo> accounts)
    {
        var keys = instruction.Accounts;
        var amount = BinaryPrimitives.ReadUInt64LittleEndian(instruction.Data.Span[1..]);

        if (!accounts.TryGetValue(keys[0].Key, out var source) || !accounts.TryGetValue(keys[2].Key, out var destination)
            || source.Data.Length != TokenAccount.Length || destination.Data.Length != TokenAccount.Length)
        {
            return ("InvalidAccountData", null);
        }

        var from = TokenAccount.Decode(source.Data.Span);
        var to = TokenAccount.Decode(destination.Data.Span);
        uint? code = from.IsFrozen || to.IsFrozen ? 17u
            : from.Amount < amount ? 1u
            : from.Mint != keys[1].Key || to.Mint != keys[1].Key ? 3u
            : from.Owner != keys[3].Key || !keys[3].IsSigner ? 4u
            : instruction.Data.Span[9] != 6 ? 18u
            : null;

        if (code is not null)
        {
            return ("Custom", code);
        }

        accounts = accounts.SetItem(keys[0].Key, FakeToken.WithAmount(source, from.Amount - amount));
        var received = TokenAccount.Decode(accounts[keys[2].Key].Data.Span).Amount;
        accounts = accounts.SetItem(keys[2].Key, FakeToken.WithAmount(accounts[keys[2].Key], received + amount));
        return null;
    }

    private static (string Name, uint? Custom)? OpenAccount(
        Instruction instruction, ref ImmutableDictionary<PublicKey, AccountInfo> accounts)
    {
        var keys = instruction.Accounts;

        if (accounts.ContainsKey(keys[1].Key))
        {
            return null;
        }

        var opened = FakeToken.Account(keys[3].Key, keys[2].Key, 0);
        accounts = accounts.SetItem(keys[1].Key, opened);
        return Pay(keys[0].Key, opened.Lamports, ref accounts);
    }

    private (string Name, uint? Custom)? ApplySystem(
        Instruction instruction, ref ImmutableDictionary<PublicKey, AccountInfo> accounts, PublicKey? nonce)
    {
        var data = instruction.Data.Span;
        var keys = instruction.Accounts;

        switch (BinaryPrimitives.ReadUInt32LittleEndian(data))
        {
            case 2:
                var lamports = BinaryPrimitives.ReadUInt64LittleEndian(data[4..]);
                var to = accounts.GetValueOrDefault(keys[1].Key)
                    ?? new AccountInfo(0, SystemProgram.Id, ReadOnlyMemory<byte>.Empty, false);
                accounts = accounts.SetItem(keys[1].Key, to with { Lamports = to.Lamports + lamports });
                return Pay(keys[0].Key, lamports, ref accounts);
            case 3 when accounts.ContainsKey(keys[1].Key):
                return ("Custom", 0);
            case 3:
                var seedLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(data[36..]);
                var seed = Encoding.UTF8.GetString(data.Slice(44, seedLength));
                var rent = BinaryPrimitives.ReadUInt64LittleEndian(data[(44 + seedLength)..]);
                var space = (int)BinaryPrimitives.ReadUInt64LittleEndian(data[(52 + seedLength)..]);
                var created = ProgramAddress.WithSeed(keys[0].Key, seed, SystemProgram.Id);
                accounts = accounts.SetItem(created, new AccountInfo(rent, SystemProgram.Id, new byte[space], false));
                return Pay(keys[0].Key, rent, ref accounts);
            case 4:
                return nonce is null ? ("Custom", 8u) : null;
            case 6:
                var authority = new PublicKey(data.Slice(4, PublicKey.Length));
                var value = Digest($"nonce {keys[0].Key} {_slot}");
                accounts = accounts.SetItem(keys[0].Key, FakeToken.Nonce(accounts[keys[0].Key], authority, value));
                return null;
            default:
                return ("InvalidInstructionData", null);
        }
    }

    private static (string Name, uint? Custom)? Pay(
        PublicKey payer, ulong lamports, ref ImmutableDictionary<PublicKey, AccountInfo> accounts)
    {
        var account = accounts[payer];

        if (account.Lamports < lamports)
        {
            return ("Custom", 1);
        }

        accounts = accounts.SetItem(payer, account with { Lamports = account.Lamports - lamports });
        return null;
    }
}
