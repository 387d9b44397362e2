using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Vectors of the inputs, in their order.</summary>
/// <param name="Object" example="list">Always <c>list</c>.</param>
/// <param name="Data">One for each input.</param>
/// <param name="Model" example="stories260K">The model asked.</param>
/// <param name="Usage">Tokens embedded.</param>
internal sealed record EmbeddingList(
    string Object, IReadOnlyList<EmbeddingList.Vector> Data, string Model, EmbeddingUsage Usage)
{
    /// <summary>The vectors of a job that succeeded, as the request wants them.</summary>
    /// <exception cref="IOException">The store does not give their file.</exception>
    public static async Task<EmbeddingList> Of(
        JobView ended, EmbeddingRequest request, IBlobStore blobs, CancellationToken cancel)
    {
        var wanted = ended.Order.Embedding!;
        var vectors = await VectorFile.Read(blobs, ended.VectorsSha256!, wanted.VectorBytes, cancel)
            ?? throw new IOException($"{ended.Id}: the vectors {ended.VectorsSha256} are gone.");
        var width = request.Dimensions ?? wanted.Width;

        return new(
            "list",
            [
                .. Enumerable.Range(0, wanted.Inputs.Count).Select(at => new Vector(
                    "embedding", at, Shown(VectorFile.Cut(vectors, wanted.Width, at, width), request.EncodingFormat))),
            ],
            ended.Order.Model,
            new(ended.PromptTokens, ended.PromptTokens));
    }

    private static object Shown(float[] vector, string? format) =>
        format == EmbeddingRequest.Base64 ? Convert.ToBase64String(VectorFile.Bytes(vector)) : vector;

    /// <summary>One vector, of length 1.</summary>
    /// <param name="Object" example="embedding">Always <c>embedding</c>.</param>
    /// <param name="Index" example="0">Place of its input.</param>
    /// <param name="Embedding">A list of numbers; as base64 a text.</param>
    internal sealed record Vector(string Object, int Index, object Embedding);
}
