using System.Collections.Concurrent;

namespace Marketplace.Solana.Programs;

/// <summary>The one token account of an owner and a mint that everyone can compute.</summary>
public static class AssociatedTokenProgram
{
    private const int KnownMax = 16_384;

    private static readonly ConcurrentDictionary<(PublicKey Owner, PublicKey Mint), PublicKey> Known = [];

    public static PublicKey Id { get; } = PublicKey.Parse("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");

    /// <summary>
    /// Where tokens of this mint for this owner belong. It costs curve checks of a tenth of a millisecond each, and is
    /// asked for several times on the way to one signature: the last ones are remembered.
    /// </summary>
    public static PublicKey Address(PublicKey owner, PublicKey mint)
    {
        if (Known.TryGetValue((owner, mint), out var known))
        {
            return known;
        }

        var found = ProgramAddress.Find(Id, owner.ToArray(), TokenProgram.Id.ToArray(), mint.ToArray()).Address;

        if (Known.Count >= KnownMax)
        {
            Known.Clear();
        }

        Known[(owner, mint)] = found;
        return found;
    }

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
