using Marketplace.Solana.Programs;

namespace Marketplace.Solana.Tests;

/// <summary>The instructions of the fixture, built by this library.</summary>
internal static class Cases
{
    public static IReadOnlyList<Instruction> Of(string name) => name switch
    {
        "system" =>
        [
            SystemProgram.Transfer(Web3Fixture.Key(1), Web3Fixture.Key(2), 123_456_789),
            SystemProgram.CreateAccount(Web3Fixture.Key(1), Web3Fixture.Key(3), 1_447_680, 80, SystemProgram.Id),
            SystemProgram.InitializeNonce(Web3Fixture.Key(3), Web3Fixture.Key(1)),
            SystemProgram.WithdrawNonce(Web3Fixture.Key(3), Web3Fixture.Key(4), Web3Fixture.Key(1), 1_447_680),
        ],
        "seeded" =>
        [
            SystemProgram.CreateAccountWithSeed(Web3Fixture.Key(1), "lane-0", 1_447_680, 80, SystemProgram.Id),
            SystemProgram.InitializeNonce(
                ProgramAddress.WithSeed(Web3Fixture.Key(1), "lane-0", SystemProgram.Id), Web3Fixture.Key(1)),
        ],
        "payout" =>
        [
            SystemProgram.AdvanceNonce(Web3Fixture.Key(3), Web3Fixture.Key(1)),
            ComputeBudgetProgram.SetUnitLimit(60_000),
            ComputeBudgetProgram.SetUnitPrice(25_000),
            MemoProgram.Note("chk_01j9zz"),
            AssociatedTokenProgram.CreateIdempotent(Web3Fixture.Key(1), Web3Fixture.Key(20), Web3Fixture.Mint),
            Transfer(20, 1_250_000).WithReferences(Web3Fixture.Key(50)),
            Transfer(21, ulong.MaxValue),
        ],
        "token" =>
        [
            TokenProgram.MintTo(Web3Fixture.Mint, Account(20), Web3Fixture.Key(1), 5),
            TokenProgram.FreezeAccount(Account(20), Web3Fixture.Mint, Web3Fixture.Key(1)),
            TokenProgram.ThawAccount(Account(20), Web3Fixture.Mint, Web3Fixture.Key(1)),
            TokenProgram.CloseAccount(Account(20), Web3Fixture.Key(1), Web3Fixture.Key(1)),
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such case."),
    };

    public static PublicKey Account(byte owner) =>
        AssociatedTokenProgram.Address(Web3Fixture.Key(owner), Web3Fixture.Mint);

    public static Instruction Transfer(byte to, ulong amount) => TokenProgram.TransferChecked(new TokenTransfer
    {
        Source = Account(1),
        Mint = Web3Fixture.Mint,
        Destination = Account(to),
        Owner = Web3Fixture.Key(1),
        Amount = amount,
        Decimals = 6,
    });
}
