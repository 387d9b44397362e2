using System.Buffers.Binary;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.ModelFiles;

namespace Marketplace.Compute.Inference.Llama2c;

/// <summary>
/// The head of a llama2.c model. Version 0 is seven numbers. Version 2 is a magic number, the version, the seven, a
/// byte that says whether the classifier is the embedding, the group size, and zeros up to 256 bytes. Source:
/// karpathy/llama2.c, run.c and export.py.
/// </summary>
/// <param name="Shape">The model's sizes.</param>
/// <param name="IsShared">Whether the classifier is the embedding.</param>
/// <param name="GroupSize">Weights that share a scale; null where they are floats, in version 0.</param>
/// <param name="Bytes">Where the weights begin.</param>
internal sealed record Llama2cHeader(LlamaShape Shape, bool IsShared, int? GroupSize, int Bytes)
{
    /// <summary>Of version 0.</summary>
    public const int BytesMin = 28;

    private const uint MagicOfLaterVersions = 0x616B3432;
    private const int Quantised = 2;
    private const int QuantisedBytes = 256;
    private const int QuantisedFields = 8;
    private const int SharedOffset = QuantisedFields + BytesMin;
    private const int GroupOffset = SharedOffset + 1;
    private const int VocabularyField = 5;
    private const float NormEpsilon = 1e-5f;
    private const float RopeBase = 10_000f;

    /// <exception cref="ModelFormatException">It is no such head.</exception>
    public static unsafe Llama2cHeader Read(MappedFile file)
    {
        var head = new ReadOnlySpan<byte>((byte*)file.Start, (int)Math.Min(file.Length, QuantisedBytes));

        if (BinaryPrimitives.ReadUInt32LittleEndian(head) != MagicOfLaterVersions)
        {
            var vocabulary = Number(head, VocabularyField * sizeof(int));
            return new(ReadShape(head, 0, isSigned: true), vocabulary > 0, null, BytesMin);
        }

        if (Number(head, sizeof(int)) is var version and not Quantised)
        {
            throw new ModelFormatException(
                $"llama2.c version {version} is not supported, only 0 and {Quantised}", sizeof(int));
        }

        if (head.Length < QuantisedBytes)
        {
            throw new ModelFormatException(
                $"the file has {file.Length} bytes, a header of version {Quantised} takes {QuantisedBytes}",
                file.Length);
        }

        var shape = ReadShape(head, QuantisedFields, isSigned: false);
        return new(shape, Flag(head), Field(head, "group_size", GroupOffset, ModelLimits.DimensionMax), QuantisedBytes);
    }

    private static LlamaShape ReadShape(ReadOnlySpan<byte> head, int at, bool isSigned)
    {
        var heads = Field(head, "n_heads", at + 12, ModelLimits.HeadsMax);
        var vocabularyAt = at + (VocabularyField * sizeof(int));
        var vocabulary = Number(head, vocabularyAt);
        var size = isSigned ? Math.Abs((long)vocabulary) : vocabulary;

        if (size is < 1 or > ModelLimits.VocabularyMax)
        {
            throw new ModelFormatException(
                $"vocab_size is {vocabulary}, allowed are 1 to {ModelLimits.VocabularyMax}"
                    + (isSigned ? " and their negatives" : ""),
                vocabularyAt);
        }

        return new LlamaShape
        {
            Dimension = Field(head, "dim", at, ModelLimits.DimensionMax),
            FeedForward = Field(head, "hidden_dim", at + 4, ModelLimits.DimensionMax * 8),
            Layers = Field(head, "n_layers", at + 8, ModelLimits.LayersMax),
            Heads = heads,
            KeyValueHeads = Field(head, "n_kv_heads", at + 16, heads),
            Vocabulary = (int)size,
            Context = Field(head, "seq_len", at + 24, ModelLimits.ContextMax),
            NormEpsilon = NormEpsilon,
            RopeBase = RopeBase,
        }.Checked();
    }

    private static bool Flag(ReadOnlySpan<byte> head) => head[SharedOffset] switch
    {
        0 => false,
        1 => true,
        var other => throw new ModelFormatException($"shared_classifier is {other}, allowed are 0 and 1", SharedOffset),
    };

    private static int Field(ReadOnlySpan<byte> head, string name, int at, int max)
    {
        var value = Number(head, at);

        return value >= 1 && value <= max
            ? value
            : throw new ModelFormatException($"{name} is {value}, allowed are 1 to {max}", at);
    }

    private static int Number(ReadOnlySpan<byte> head, int at) =>
        BinaryPrimitives.ReadInt32LittleEndian(head[at..]);
}
