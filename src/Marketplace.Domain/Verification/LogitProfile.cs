namespace Marketplace.Domain.Verification;

/// <summary>
/// The arithmetic that a text is made in, such as <c>f16w-f32kv-f32acc</c>: format of the weights, of keys and values,
/// and of sums. The same weights in another profile give other logits. The order of sums and the units of a device are
/// no part of it: they move logits by what honest devices of one profile differ by anyway.
/// </summary>
public static class LogitProfile
{
    /// <summary>The profile of every engine here: keys, values and sums are single precision.</summary>
    /// <param name="weights">Format of the matrices, such as <c>F16</c>; any case.</param>
    public static string Of(string weights) => $"{weights.ToLowerInvariant()}w-f32kv-f32acc";
}
