namespace Marketplace.Solana.Programs;

/// <summary>SPL Token. Amounts are in the mint's smallest unit.</summary>
public static class TokenProgram
{
    public static PublicKey Id { get; } = PublicKey.Parse("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");

    /// <summary>The newer token program: another program id, so never mistaken for <see cref="Id"/>.</summary>
    public static PublicKey Token2022Id { get; } = PublicKey.Parse("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");

    public static Instruction MintTo(PublicKey mint, PublicKey destination, PublicKey authority, ulong amount) =>
        new(
            Id,
            [AccountMeta.Writable(mint), AccountMeta.Writable(destination), AccountMeta.Signer(authority)],
            new WireWriter().Byte(7).U64(Positive(amount)).ToArray());

    public static Instruction CloseAccount(PublicKey account, PublicKey destination, PublicKey owner) =>
        new(
            Id,
            [AccountMeta.Writable(account), AccountMeta.Writable(destination), AccountMeta.Signer(owner)],
            new byte[] { 9 });

    public static Instruction FreezeAccount(PublicKey account, PublicKey mint, PublicKey authority) =>
        new(
            Id,
            [AccountMeta.Writable(account), AccountMeta.ReadOnly(mint), AccountMeta.Signer(authority)],
            new byte[] { 10 });

    public static Instruction ThawAccount(PublicKey account, PublicKey mint, PublicKey authority) =>
        new(
            Id,
            [AccountMeta.Writable(account), AccountMeta.ReadOnly(mint), AccountMeta.Signer(authority)],
            new byte[] { 11 });

    /// <summary>Moves tokens and checks mint and decimals on the way. Zero is refused here.</summary>
    public static Instruction TransferChecked(TokenTransfer transfer) =>
        new(
            Id,
            [
                AccountMeta.Writable(transfer.Source),
                AccountMeta.ReadOnly(transfer.Mint),
                AccountMeta.Writable(transfer.Destination),
                AccountMeta.Signer(transfer.Owner),
            ],
            new WireWriter().Byte(12).U64(Positive(transfer.Amount)).Byte(transfer.Decimals).ToArray());

    private static ulong Positive(ulong amount) =>
        amount > 0
            ? amount
            : throw new ArgumentOutOfRangeException(nameof(amount), "A transfer of nothing is refused.");
}
