namespace Marketplace.Api.Verification;

/// <summary>The secret that draws checks on one day.</summary>
/// <param name="Day" example="2026-01-05">In UTC.</param>
/// <param name="SecretSha256">SHA-256 of the secret's 32 bytes, lower-case hex; told a week ahead.</param>
/// <param name="Secret">The secret, lower-case hex; null until an hour after the day.</param>
internal sealed record DrawResponse(DateOnly Day, string SecretSha256, string? Secret);
