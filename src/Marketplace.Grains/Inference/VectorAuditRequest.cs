using Marketplace.Domain.Inference;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Inference;

/// <summary>Vectors to be checked.</summary>
/// <param name="Order">What was ordered.</param>
/// <param name="VectorsSha256">The file that was delivered, in the blob store.</param>
/// <param name="Provider">Whose device made it.</param>
public sealed record VectorAuditRequest(InferenceOrder Order, string VectorsSha256, ProviderId Provider);
