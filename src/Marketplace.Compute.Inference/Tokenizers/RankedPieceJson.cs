using System.Text.Json;

namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>
/// Reads the <c>tokenizer.json</c> of SentencePiece-style models (Llama 2, Mistral, TinyStories): spaces are marked by
/// a normalizer (Prepend, Replace) or by the pre-tokenizer Metaspace, and merges cross words. Source:
/// huggingface/tokenizers.
/// </summary>
internal static class RankedPieceJson
{
    private const string Mark = "\u2581";

    /// <summary>Whether the file marks spaces, rather than writing words in the alphabet of bytes.</summary>
    public static bool IsFor(JsonElement root) =>
        Kinds(root, "pre_tokenizer", "pretokenizers") is [] or ["Metaspace"]
            && Kinds(root, "normalizer", "normalizers") is [] or ["Replace"] or ["Prepend", "Replace"]
            && (Kinds(root, "pre_tokenizer", "pretokenizers").Count > 0
                || Kinds(root, "normalizer", "normalizers").Count > 0);

    /// <exception cref="ModelFormatException">It asks for what is not supported.</exception>
    public static RankedPieceVocabulary Vocabulary(JsonElement root, NamedEnds named)
    {
        var model = root.GetProperty("model");
        var texts = TokenizerJson.Texts(root);
        var begin = TokenizerJson.BeginToken(root);
        var unknown = TokenizerJson.Text(model, "unk_token");
        CheckDecoder(root);

        if (begin >= texts.Length || TokenizerJson.Flag(model, "ignore_merges"))
        {
            throw new ModelFormatException(
                $"the vocabulary has no begin token {begin}, or model.ignore_merges is true, allowed is false");
        }

        var ends = named.In(texts);
        return new()
        {
            Texts = texts,
            Added = [.. TokenizerJson.AddedTokens(root).Select(one => (one.Id, one.IsControl, one.IsNormalized))],
            Merges = [.. model.GetProperty("merges").EnumerateArray().Select(TokenizerJson.Merge)],
            Prefix = Prefix(root),
            Begin = begin ?? ends[0],
            Ends = ends,
            Unknown = unknown is null ? -1 : Array.IndexOf(texts, unknown),
            FusesUnknown = TokenizerJson.Flag(model, "fuse_unk"),
            HasBytes = TokenizerJson.Flag(model, "byte_fallback"),
            AddsBegin = begin is not null,
        };
    }

    private static SpacePrefix Prefix(JsonElement root)
    {
        var steps = TokenizerJson.Steps(root, "normalizer", "normalizers");

        foreach (var step in steps)
        {
            var isPrepend = TokenizerJson.Text(step, "type") == "Prepend";
            TokenizerJson.Allow(
                isPrepend ? "normalizer.prepend" : "normalizer.content",
                TokenizerJson.Text(step, isPrepend ? "prepend" : "content"),
                Mark);

            if (!isPrepend)
            {
                TokenizerJson.Allow(
                    "normalizer.pattern.String",
                    TokenizerJson.Text(TokenizerJson.Find(step, "pattern"), "String"),
                    " ");
            }
        }

        var words = TokenizerJson.Steps(root, "pre_tokenizer", "pretokenizers");

        return words.Count == 0 ? steps.Count == 2 ? SpacePrefix.EveryPart : SpacePrefix.None
            : steps.Count == 0 ? OfMetaspace(words[0])
            : throw new ModelFormatException("normalizer and pre_tokenizer both mark spaces, allowed is one of them");
    }

    private static SpacePrefix OfMetaspace(JsonElement step)
    {
        TokenizerJson.Allow("pre_tokenizer.replacement", TokenizerJson.Text(step, "replacement"), Mark);

        // Absent means true: words that merges do not cross.
        if (TokenizerJson.Find(step, "split").ValueKind != JsonValueKind.False)
        {
            throw new ModelFormatException("pre_tokenizer.split is not false: Metaspace with split is not supported");
        }

        return TokenizerJson.Text(step, "prepend_scheme") switch
        {
            "always" or null => SpacePrefix.EveryPartWithout,
            "first" => SpacePrefix.First,
            "never" => SpacePrefix.None,
            var other => throw new ModelFormatException(
                $"pre_tokenizer.prepend_scheme is '{other}', allowed are 'always', 'first' and 'never'"),
        };
    }

    private static void CheckDecoder(JsonElement root)
    {
        foreach (var kind in Kinds(root, "decoder", "decoders"))
        {
            if (kind is not ("Replace" or "ByteFallback" or "Fuse" or "Strip" or "Metaspace"))
            {
                throw new ModelFormatException(
                    $"decoder.type is '{kind}', allowed are 'Replace', 'ByteFallback', 'Fuse', 'Strip' and "
                        + "'Metaspace'");
            }
        }
    }

    private static List<string?> Kinds(JsonElement root, string name, string inner) =>
        [.. TokenizerJson.Steps(root, name, inner).Select(step => TokenizerJson.Text(step, "type"))];
}
