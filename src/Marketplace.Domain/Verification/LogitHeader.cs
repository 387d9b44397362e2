using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Domain.Verification;

/// <summary>
/// What a text is bound to before its first token: whoever has the same model, prompt, settings and seed can compute
/// every token again, and nobody can hand in the records of one text as another's.
/// </summary>
/// <param name="Model">
/// Identity of weights, tokenizer and template (<see cref="IsModelId"/>), or hash of the model's file; lower-case hex.
/// </param>
/// <param name="Profile">Arithmetic, such as <c>f16w-f32kv-f32acc</c>.</param>
/// <param name="Prompt">The prompt's tokens.</param>
/// <param name="Sampling">Canonical JSON of temperature, filters, stops and the most tokens.</param>
/// <param name="Seed">Key of the noise; never chosen by the provider.</param>
/// <param name="Work">The job's id.</param>
/// <param name="Device">Base64 of the device's public key.</param>
public sealed record LogitHeader(
    string Model,
    string Profile,
    IReadOnlyList<int> Prompt,
    string Sampling,
    ulong Seed,
    string Work,
    string Device)
{
    private const string OfFile = "spol/1";
    private const string OfModel = "spol/2";

    /// <summary>
    /// Whether <see cref="Model"/> is the model's id. Devices that were not told it name the file, and the label
    /// in front keeps the two apart.
    /// </summary>
    public bool IsModelId { get; init; }

    /// <summary>
    /// SHA-256 over the label and every field, each behind its length in 4 bytes, little-endian: no field can be
    /// moved into its neighbour. The prompt counts by the SHA-256 of its tokens in 4 bytes each.
    /// </summary>
    public byte[] Hash() => Hash(PromptHash());

    /// <summary>SHA-256 of the prompt's tokens, 4 bytes each: stands for it where it is not to be shown.</summary>
    public byte[] PromptHash()
    {
        var tokens = new byte[Prompt.Count * sizeof(int)];

        for (var at = 0; at < Prompt.Count; at++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(tokens.AsSpan(at * sizeof(int)), Prompt[at]);
        }

        return SHA256.HashData(tokens);
    }

    /// <summary>The hash of this header with the prompt that <paramref name="prompt"/> stands for.</summary>
    /// <param name="prompt">See <see cref="PromptHash"/>.</param>
    internal byte[] Hash(byte[] prompt)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> seed = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(seed, Seed);
        Add(hash, Encoding.UTF8.GetBytes(IsModelId ? OfModel : OfFile));
        Add(hash, Encoding.UTF8.GetBytes(Model));
        Add(hash, Encoding.UTF8.GetBytes(Profile));
        Add(hash, prompt);
        Add(hash, Encoding.UTF8.GetBytes(Sampling));
        Add(hash, seed);
        Add(hash, Encoding.UTF8.GetBytes(Work));
        Add(hash, Encoding.UTF8.GetBytes(Device));
        return hash.GetHashAndReset();
    }

    private static void Add(IncrementalHash hash, ReadOnlySpan<byte> field)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, field.Length);
        hash.AppendData(length);
        hash.AppendData(field);
    }
}
