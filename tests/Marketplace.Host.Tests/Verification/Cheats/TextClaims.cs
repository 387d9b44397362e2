using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Verification;

namespace Marketplace.Host.Tests.Verification.Cheats;

/// <summary>A text as a device hands it in.</summary>
/// <param name="Claims">One for each token, the end mark included where it ends the text.</param>
/// <param name="Finish">How it is said to have ended.</param>
internal sealed record TextClaims(GenerationRequest Request, IReadOnlyList<LogitClaim> Claims, FinishReason Finish);
