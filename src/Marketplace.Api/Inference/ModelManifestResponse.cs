using Marketplace.Domain.Verification;

namespace Marketplace.Api.Inference;

/// <summary>
/// The manifest of models, as the document describes it: what is served is the text that was signed, never written
/// from this.
/// </summary>
/// <param name="Version" example="3">Number of entries: each registration makes the next.</param>
/// <param name="Entries">The models in the order they came in.</param>
/// <param name="Proof">The marketplace's signature, by a key of GET /v1/receipt-keys.</param>
internal sealed record ModelManifestResponse(long Version, IReadOnlyList<ModelEntry> Entries, KeySignature Proof);
