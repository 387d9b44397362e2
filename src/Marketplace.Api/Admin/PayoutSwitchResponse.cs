namespace Marketplace.Api.Admin;

/// <summary>Whether payouts go on.</summary>
/// <param name="Frozen" example="true">True while nothing new is signed or sent.</param>
/// <param name="Because" example="Hot wallet rotation">Why, or null.</param>
internal sealed record PayoutSwitchResponse(bool Frozen, string? Because);
