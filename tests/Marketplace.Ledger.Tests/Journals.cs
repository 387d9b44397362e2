using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger.Tests;

internal static class Journals
{
    public static Journal Move(string key, LedgerAccount debit, LedgerAccount credit, long micros) =>
        new(key, "test", [new(debit, micros), new(credit, -micros)]);
}
