namespace Marketplace.Ledger.Verify;

/// <summary>An invariant as queries that find what breaks it, one line of text each; no row is good news.</summary>
internal sealed record BookCheck(string Id, string Statement, params IReadOnlyList<string> Queries);
