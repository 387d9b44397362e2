namespace Marketplace.Solana;

/// <summary>One account of an instruction and what the instruction may do with it.</summary>
public sealed record AccountMeta(PublicKey Key, bool IsSigner, bool IsWritable)
{
    public static AccountMeta Signer(PublicKey key) => new(key, true, false);

    public static AccountMeta WritableSigner(PublicKey key) => new(key, true, true);

    public static AccountMeta Writable(PublicKey key) => new(key, false, true);

    public static AccountMeta ReadOnly(PublicKey key) => new(key, false, false);
}
