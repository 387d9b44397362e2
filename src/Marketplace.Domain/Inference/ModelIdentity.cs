using Marketplace.Domain.Verification;

namespace Marketplace.Domain.Inference;

/// <summary>
/// Which model makes a text, and in what arithmetic: the same two, settings and seed make the same text.
/// </summary>
/// <param name="Id">Root over tensors, tokenizer and chat template: 64 hex digits, lower case.</param>
/// <param name="Profile">See <see cref="LogitProfile"/>, such as <c>f16w-f32kv-f32acc</c>.</param>
[GenerateSerializer, Immutable, Alias("ModelIdentity")]
public sealed record ModelIdentity([property: Id(0)] string Id, [property: Id(1)] string Profile)
{
    private const int ShortDigits = 12;

    /// <summary>The identity of weights in a format; null where the id is not known yet.</summary>
    public static ModelIdentity? Of(string? id, string weights) =>
        id is null ? null : new(id, LogitProfile.Of(weights));

    /// <summary>What answers are marked with, such as <c>3f0c51d9a7e2-f16w-f32kv-f32acc</c>.</summary>
    public string Fingerprint() => $"{Id[..ShortDigits]}-{Profile}";
}
