namespace Marketplace.Domain.Ledger;

/// <summary>One side of a journal: debit positive, credit negative, in the asset's smallest unit; never zero.</summary>
[GenerateSerializer, Immutable, Alias("Leg")]
public readonly record struct Leg([property: Id(0)] LedgerAccount Account, [property: Id(1)] long Amount);
