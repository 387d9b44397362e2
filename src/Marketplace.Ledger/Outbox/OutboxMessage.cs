namespace Marketplace.Ledger.Outbox;

/// <summary>A message that waits to be sent.</summary>
/// <param name="Id">Unique for ever.</param>
/// <param name="Topic">Who sends it.</param>
/// <param name="Payload">What is sent.</param>
/// <param name="Tries">How often sending it has failed.</param>
/// <param name="DueAt">When it is to be sent.</param>
/// <param name="At">When it was written.</param>
public sealed record OutboxMessage(
    string Id, string Topic, string Payload, int Tries, DateTimeOffset DueAt, DateTimeOffset At);
