using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Domain.Verification;

/// <summary>
/// What a device binds itself to with vectors: their file's hash, which it signs, under the job and the attempt, so
/// that the same vectors of another job are drawn anew.
/// </summary>
public static class VectorCommitment
{
    /// <summary>The root that the draw is made of, 32 bytes.</summary>
    /// <param name="work">The job's id.</param>
    /// <param name="attempt">The attempt's id.</param>
    /// <param name="output">Lower-case hex SHA-256 of the vectors' file.</param>
    public static byte[] Root(string work, string attempt, string output) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"marketplace-vectors-v1\n{work}\n{attempt}\n{output}"));
}
