namespace Marketplace.Ledger.Verify;

/// <summary>An attempt at a piece of work that a device has taken on.</summary>
/// <param name="Device">The device.</param>
/// <param name="Work">The job, render or lease.</param>
/// <param name="Attempt">The attempt: a render may have several on one device.</param>
/// <param name="Slots">How many attempts the device may have at once.</param>
public sealed record ActiveLease(string Device, string Work, string Attempt, int Slots);
