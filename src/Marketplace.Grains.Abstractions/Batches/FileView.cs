using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Inference;

namespace Marketplace.Grains.Abstractions.Batches;

/// <summary>A file of the OpenAI files API: a name and a purpose for bytes that lie in the blob store.</summary>
/// <param name="Sha256">Of its bytes.</param>
/// <param name="Purpose"><c>batch</c> or <c>batch_output</c>.</param>
[GenerateSerializer, Immutable, Alias("FileView")]
public sealed record FileView(
    [property: Id(0)] FileId Id,
    [property: Id(1)] AccountId Account,
    [property: Id(2)] string Name,
    [property: Id(3)] string Purpose,
    [property: Id(4)] string Sha256,
    [property: Id(5)] long Bytes,
    [property: Id(6)] DateTimeOffset CreatedAt)
{
    /// <summary>
    /// Key of the blob store that holds files and nothing else: what is deleted there is no scene's and no model's,
    /// whatever it holds.
    /// </summary>
    public const string BlobsKey = "files";

    /// <summary>Purpose of what batches are made of.</summary>
    public const string BatchPurpose = "batch";

    /// <summary>Purpose of what batches write.</summary>
    public const string OutputPurpose = "batch_output";

    /// <summary>What a file is counted under in its account's storage: two files of the same bytes are two.</summary>
    public static string StorageKey(FileId id) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id.Value)));
}
