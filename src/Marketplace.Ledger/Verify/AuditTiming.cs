namespace Marketplace.Ledger.Verify;

/// <summary>How long one part of an audit took, by the clock; parts go side by side.</summary>
/// <param name="Part">What was looked at, such as <c>journals</c> or the number of an invariant.</param>
/// <param name="Took">From its first read to its judgement.</param>
public sealed record AuditTiming(string Part, TimeSpan Took);
