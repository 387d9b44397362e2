namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>
/// Where a space is put in front, so that a word has one token at the beginning of a text and within.
/// </summary>
internal enum SpacePrefix
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>Before every part between added tokens: the normalizer <c>Prepend</c>.</summary>
    EveryPart,

    /// <summary>Before every part that has none: <c>Metaspace</c>, <c>always</c>.</summary>
    EveryPartWithout,

    /// <summary>Before the text's first part where it has none: <c>Metaspace</c>, <c>first</c>.</summary>
    First,
}
