namespace Marketplace.StripeSim;

/// <summary>An answer, as it is remembered under an idempotency key.</summary>
public sealed record SimReply(int Status, string Body);
