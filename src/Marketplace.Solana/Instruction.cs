namespace Marketplace.Solana;

/// <summary>
/// One call of a program, with full addresses; a message holds it by index (<see cref="CompiledInstruction"/>).
/// </summary>
public sealed record Instruction(PublicKey Program, IReadOnlyList<AccountMeta> Accounts, ReadOnlyMemory<byte> Data)
{
    /// <summary>
    /// The same instruction with extra read-only keys at the end: how a reference is attached to a token transfer.
    /// </summary>
    public Instruction WithReferences(params IEnumerable<PublicKey> references) =>
        this with { Accounts = [.. Accounts, .. references.Select(AccountMeta.ReadOnly)] };
}
