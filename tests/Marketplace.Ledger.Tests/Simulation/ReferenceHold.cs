namespace Marketplace.Ledger.Tests.Simulation;

internal sealed record ReferenceHold(string Id, string Account, long Amount, string State = "open");
