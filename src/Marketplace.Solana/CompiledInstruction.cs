namespace Marketplace.Solana;

/// <summary>
/// An instruction as it stands in a message: indexes into the message's keys, then into looked-up ones.
/// </summary>
public sealed record CompiledInstruction(
    byte ProgramIndex, ReadOnlyMemory<byte> AccountIndexes, ReadOnlyMemory<byte> Data);
