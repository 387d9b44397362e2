using System.Globalization;

namespace Marketplace.Domain.Verification;

/// <summary>
/// What was ordered of a text that was found at fault by its header or its end, as far as a
/// <see cref="LogitHeader"/> binds it, and how its device says that it ended. With it whoever has the finding computes
/// the header again. The prompt is in it by its hash alone.
/// </summary>
/// <param name="Profile">Arithmetic, as the header names it.</param>
/// <param name="PromptSha256">
/// SHA-256 of the tokens of the prompt, and of those of the text that an earlier device had made, lower-case hex.
/// </param>
/// <param name="Sampling">Canonical JSON, see <see cref="LogitSampling"/>: the stop strings are in it.</param>
/// <param name="Seed">Key of the noise, decimal: JSON's numbers do not hold it.</param>
/// <param name="Finish">How the device says that the text ended: <c>stop</c> or <c>length</c>.</param>
/// <param name="Room">Tokens of a text that the model's context has room for behind this prompt.</param>
/// <param name="IsMark">
/// Whether the token behind the last of the text is one that ends texts of the model; null where there is none.
/// </param>
[GenerateSerializer, Immutable, Alias("FindingOrder")]
public sealed record FindingOrder(
    [property: Id(0)] string Profile,
    [property: Id(1)] string PromptSha256,
    [property: Id(2)] string Sampling,
    [property: Id(3)] string Seed,
    [property: Id(4)] string Finish,
    [property: Id(5)] int Room,
    [property: Id(6)] bool? IsMark)
{
    /// <summary>Of a text whose header should have been this one.</summary>
    public static FindingOrder Of(LogitHeader header, string finish, int room, bool? isMark) => new(
        header.Profile,
        Convert.ToHexStringLower(header.PromptHash()),
        header.Sampling,
        header.Seed.ToString(CultureInfo.InvariantCulture),
        finish,
        room,
        isMark);
}
