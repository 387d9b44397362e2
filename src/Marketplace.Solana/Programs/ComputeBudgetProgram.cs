namespace Marketplace.Solana.Programs;

/// <summary>How much a transaction may compute, and what it offers to be taken first.</summary>
public static class ComputeBudgetProgram
{
    public static PublicKey Id { get; } = PublicKey.Parse("ComputeBudget111111111111111111111111111111");

    /// <summary>The priority fee is charged on this limit, used or not: keep it tight.</summary>
    public static Instruction SetUnitLimit(uint units) =>
        new(Id, [], new WireWriter().Byte(2).U32(units).ToArray());

    /// <summary>Millionths of a lamport for each unit.</summary>
    public static Instruction SetUnitPrice(ulong microLamports) =>
        new(Id, [], new WireWriter().Byte(3).U64(microLamports).ToArray());
}
