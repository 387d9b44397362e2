using Marketplace.Domain.Verification;

namespace Marketplace.Domain.Inference;

/// <summary>
/// A prompt as ids of its model's tokens: the model reads these and nothing besides, no begin token either. Two are
/// equal when their ids are, in order.
/// </summary>
/// <param name="Ids">One to <see cref="CountMax"/>.</param>
[GenerateSerializer, Immutable, Alias("TokenPrompt")]
public sealed record TokenPrompt([property: Id(0)] IReadOnlyList<int> Ids)
{
    /// <summary>Most ids of one prompt: about as many as <see cref="InferenceLimits.PromptBytesMax"/> has.</summary>
    public const int CountMax = 131_072;

    public bool Equals(TokenPrompt? other) => other is not null && Ids.SequenceEqual(other.Ids);

    public override int GetHashCode() => Ids.Aggregate(Ids.Count, HashCode.Combine);

    /// <summary>The ids as a canonical JSON array: what a receipt hashes as the input.</summary>
    public string InputText() => $"[{string.Join(',', Ids.Select(id => CanonicalJson.Write(id)))}]";
}
