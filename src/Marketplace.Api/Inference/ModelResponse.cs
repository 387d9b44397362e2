using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference;

/// <summary>A model of the catalogue.</summary>
/// <param name="Name" example="stories260K">What orders call it.</param>
/// <param name="Sha256" example="270cba1bd5109f42d03350f60406024560464db173c0e387d91f0426d3bd256d">
/// Hash of its file.
/// </param>
/// <param name="Bytes" example="1185376">Length of its file.</param>
/// <param name="Architecture" example="llama">What the file says.</param>
/// <param name="Parameters" example="260032">Number of weights.</param>
/// <param name="ContextLength" example="512">Longest context in tokens.</param>
/// <param name="WeightFormat" example="F32">How the weights are stored.</param>
/// <param name="RegisteredAt">When it came into the catalogue.</param>
internal sealed record ModelResponse(
    string Name,
    string Sha256,
    long Bytes,
    string Architecture,
    long Parameters,
    int ContextLength,
    string WeightFormat,
    DateTimeOffset RegisteredAt)
{
    public static ModelResponse From(ModelView view) => new(
        view.Name,
        view.Sha256,
        view.Bytes,
        view.Architecture,
        view.Parameters,
        view.ContextLength,
        view.WeightFormat,
        view.RegisteredAt);
}
