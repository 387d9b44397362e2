namespace Marketplace.Solana.Programs;

/// <summary>Accounts, lamports and durable nonces.</summary>
public static class SystemProgram
{
    public static PublicKey Id { get; } = PublicKey.Parse("11111111111111111111111111111111");

    public static PublicKey RecentBlockhashes { get; } = PublicKey.Parse("SysvarRecentB1ockHashes11111111111111111111");

    public static PublicKey Rent { get; } = PublicKey.Parse("SysvarRent111111111111111111111111111111111");

    public static Instruction CreateAccount(
        PublicKey from, PublicKey created, ulong lamports, ulong space, PublicKey owner) =>
        new(
            Id,
            [AccountMeta.WritableSigner(from), AccountMeta.WritableSigner(created)],
            Data(0).U64(lamports).U64(space).Key(owner).ToArray());

    public static Instruction Transfer(PublicKey from, PublicKey to, ulong lamports) =>
        new(Id, [AccountMeta.WritableSigner(from), AccountMeta.Writable(to)], Data(2).U64(lamports).ToArray());

    /// <summary>
    /// Creates the account at <see cref="ProgramAddress.WithSeed"/> of the payer: no second key has to sign.
    /// </summary>
    public static Instruction CreateAccountWithSeed(
        PublicKey payer, string seed, ulong lamports, ulong space, PublicKey owner)
    {
        var text = ProgramAddress.SeedBytes(seed);
        var data = Data(3).Key(payer).U64((ulong)text.Length).Raw(text).U64(lamports).U64(space).Key(owner).ToArray();
        var created = ProgramAddress.WithSeed(payer, seed, owner);
        return new Instruction(Id, [AccountMeta.WritableSigner(payer), AccountMeta.Writable(created)], data);
    }

    /// <summary>Must be the first instruction of a transaction that uses the nonce.</summary>
    public static Instruction AdvanceNonce(PublicKey nonce, PublicKey authority) =>
        new(
            Id,
            [AccountMeta.Writable(nonce), AccountMeta.ReadOnly(RecentBlockhashes), AccountMeta.Signer(authority)],
            Data(4).ToArray());

    public static Instruction WithdrawNonce(PublicKey nonce, PublicKey to, PublicKey authority, ulong lamports) =>
        new(
            Id,
            [
                AccountMeta.Writable(nonce),
                AccountMeta.Writable(to),
                AccountMeta.ReadOnly(RecentBlockhashes),
                AccountMeta.ReadOnly(Rent),
                AccountMeta.Signer(authority),
            ],
            Data(5).U64(lamports).ToArray());

    public static Instruction InitializeNonce(PublicKey nonce, PublicKey authority) =>
        new(
            Id,
            [AccountMeta.Writable(nonce), AccountMeta.ReadOnly(RecentBlockhashes), AccountMeta.ReadOnly(Rent)],
            Data(6).Key(authority).ToArray());

    private static WireWriter Data(uint instruction) => new WireWriter().U32(instruction);
}
