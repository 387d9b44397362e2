namespace Marketplace.Ledger.Verify;

/// <summary>A piece of work that has a device for itself.</summary>
/// <param name="Device">The device.</param>
/// <param name="Work">The job, render or lease.</param>
public sealed record ActiveLease(string Device, string Work);
