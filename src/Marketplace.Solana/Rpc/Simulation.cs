namespace Marketplace.Solana.Rpc;

/// <summary>What a transaction would do now.</summary>
public sealed record Simulation(TransactionError? Error, IReadOnlyList<string> Logs, ulong? UnitsConsumed);
