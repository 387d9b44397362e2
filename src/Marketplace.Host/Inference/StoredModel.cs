using Marketplace.Compute.Inference.Llama;
using Marketplace.Domain.Inference;

namespace Marketplace.Host.Inference;

/// <summary>Where a model lies on this machine while it is read.</summary>
/// <param name="Path">Its one file; null where they are several.</param>
/// <param name="Files">Path by name where they are several.</param>
/// <param name="Bundle">Their list.</param>
internal sealed record StoredModel(
    string? Path, IReadOnlyDictionary<string, string>? Files = null, ModelBundle? Bundle = null)
{
    /// <exception cref="Compute.Inference.ModelFormatException">It is no model that can be run.</exception>
    public LlamaModel Open() => Files is null ? LlamaModel.Open(Path!) : LlamaModel.Open(Files);
}
