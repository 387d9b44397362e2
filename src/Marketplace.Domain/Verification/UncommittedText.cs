using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Domain.Verification;

/// <summary>
/// What stands for a device's commitment where a text is cut short: what there is of it, under the job and the attempt.
/// </summary>
public static class UncommittedText
{
    /// <summary>The root that the draw is made of, 32 bytes.</summary>
    /// <param name="work">The job's id.</param>
    /// <param name="attempt">The attempt's id.</param>
    /// <param name="tokens">Ids of the tokens, those of earlier devices included.</param>
    public static byte[] Root(string work, string attempt, IEnumerable<int> tokens) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(
            $"spol/1 uncommitted\n{work}\n{attempt}\n{string.Join(',', tokens)}"));
}
