using System.Text;

namespace Marketplace.Solana.Programs;

/// <summary>A public note in the transaction: ids only, never a person's data.</summary>
public static class MemoProgram
{
    public static PublicKey Id { get; } = PublicKey.Parse("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");

    public static Instruction Note(string text, params IEnumerable<PublicKey> signers) =>
        new(Id, [.. signers.Select(AccountMeta.Signer)], Encoding.UTF8.GetBytes(text));
}
