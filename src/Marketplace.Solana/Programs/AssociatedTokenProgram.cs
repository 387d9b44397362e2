namespace Marketplace.Solana.Programs;

/// <summary>The one token account of an owner and a mint that everyone can compute.</summary>
public static class AssociatedTokenProgram
{
    public static PublicKey Id { get; } = PublicKey.Parse("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");

    /// <summary>Where tokens of this mint for this owner belong. Costs a curve check: keep the result.</summary>
    public static PublicKey Address(PublicKey owner, PublicKey mint) =>
        ProgramAddress.Find(Id, owner.ToArray(), TokenProgram.Id.ToArray(), mint.ToArray()).Address;

    /// <summary>Creates the account, or does nothing where it exists.</summary>
    public static Instruction CreateIdempotent(PublicKey payer, PublicKey owner, PublicKey mint) =>
        new(
            Id,
            [
                AccountMeta.WritableSigner(payer),
                AccountMeta.Writable(Address(owner, mint)),
                AccountMeta.ReadOnly(owner),
                AccountMeta.ReadOnly(mint),
                AccountMeta.ReadOnly(SystemProgram.Id),
                AccountMeta.ReadOnly(TokenProgram.Id),
            ],
            new byte[] { 1 });
}
