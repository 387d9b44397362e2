namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>What the files beside a <c>tokenizer.json</c>, which does not say it, name as ends of a text.</summary>
/// <param name="Config">Those of <c>config.json</c>.</param>
/// <param name="Text">Text of the one in <c>tokenizer_config.json</c>; passed over where the vocabulary lacks it, if
/// another is named.</param>
/// <param name="Generation">Those of <c>generation_config.json</c>, which often has more.</param>
internal sealed record NamedEnds(IReadOnlyList<int> Config, string? Text, IReadOnlyList<int> Generation)
{
    /// <summary>Ids that one file may list.</summary>
    public const int ListedMax = 64;

    /// <summary>The ids in the order of the files, at least one.</summary>
    /// <param name="texts">The vocabulary by id.</param>
    /// <exception cref="ModelFormatException">There is none, or it is not in the vocabulary.</exception>
    public IReadOnlyList<int> In(string?[] texts)
    {
        var byText = Text is null ? -1 : Array.IndexOf(texts, Text);
        int[] ends = [.. Config, .. byText < 0 ? Array.Empty<int>() : [byText], .. Generation];

        return ends.Length > 0 && Array.TrueForAll(ends, id => id < texts.Length)
            ? ends
            : throw new ModelFormatException(
                $"the vocabulary of {texts.Length} tokens has no end token '{Text}' {string.Join(", ", ends)}");
    }
}
