namespace Marketplace.Domain.Verification;

/// <summary>A line of the <see cref="ModelManifest"/>: which model a name stands for, for ever.</summary>
/// <param name="Name">What orders call it.</param>
/// <param name="ModelId">
/// Root over its tensors, tokenizer and chat template: 64 hex digits, lower case. Several names may have one id.
/// </param>
/// <param name="Sha256">Hash of its file, 64 hex digits, lower case.</param>
/// <param name="Bytes">Length of its file.</param>
/// <param name="Weights">How the matrices are stored, such as <c>F16</c>.</param>
/// <param name="Architecture">What the file says, such as <c>llama</c>.</param>
/// <param name="ContextLength">Longest context in tokens.</param>
/// <param name="RegisteredAt">When the name was given.</param>
public sealed record ModelEntry(
    string Name,
    string ModelId,
    string Sha256,
    long Bytes,
    string Weights,
    string Architecture,
    int ContextLength,
    DateTimeOffset RegisteredAt);
