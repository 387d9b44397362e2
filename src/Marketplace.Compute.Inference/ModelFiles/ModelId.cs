using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Compute.Inference.Embeddings;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.ModelFiles;

/// <summary>
/// Names a model for ever: the root of a Merkle tree (SHA-256; RFC 6962's prefixes of leaves and nodes) over its
/// tensors by name (name, storage, shape, SHA-256 of the bytes), then its tokenizer, its chat template and the numbers
/// that the arithmetic takes from elsewhere than tensors: the same weights with another rope base make other text.
/// Equal ids mean equal text on equal hardware; the same weights in another format, or with one byte changed, have
/// another id.
/// </summary>
public readonly record struct ModelId
{
    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;
    private const int HashChunkBytes = 1 << 30;

    private ModelId(string value) => Value = value;

    /// <summary>64 hex digits, lower case.</summary>
    public string Value { get; }

    public override string ToString() => Value;

    /// <summary>Reads every byte of the weights.</summary>
    internal static ModelId Of(IModelFiles files)
    {
        var leaves = files.Tensors
            .OrderBy(tensor => tensor.Name, StringComparer.Ordinal)
            .Select(Leaf)
            .Append(Leaf("tokenizer", files.TokenizerBytes))
            .Append(Leaf("template", Encoding.UTF8.GetBytes(files.ChatTemplate ?? "")))
            .Append(Leaf("shape", Encoding.UTF8.GetBytes(
                Text(files.Shape, files.Tokenizer.Ends) + Text(files.Pooling))))
            .ToList();

        return new(Convert.ToHexStringLower(Root([.. leaves])));
    }

    /// <summary>
    /// The sizes and constants, one a line; floating-point numbers as the shortest text that reads back.
    /// </summary>
    private static string Text(LlamaShape shape, IReadOnlyList<int> ends) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        dimension {shape.Dimension}
        feed-forward {shape.FeedForward}
        layers {shape.Layers}
        heads {shape.Heads}
        key-value-heads {shape.KeyValueHeads}
        head {shape.HeadSize}
        vocabulary {shape.Vocabulary}
        context {shape.Context}
        window {shape.Window ?? 0}
        end {string.Join(' ', ends)}
        epsilon {shape.NormEpsilon:R}
        rope {shape.RopePairs} {shape.RopeBase:R} {Text(shape.RopeScaling)}
        """).ReplaceLineEndings("\n");

    /// <summary>Nothing for the mean: ids that were given before this line was are those of before.</summary>
    private static string Text(Pooling? pooling) =>
        pooling is null or Pooling.Mean ? "" : string.Create(CultureInfo.InvariantCulture, $"\npooling {(int)pooling}");

    private static string Text(RopeScaling? scaling) => scaling switch
    {
        null => "none",
        RopeScaling.Linear one => string.Create(CultureInfo.InvariantCulture, $"linear {one.Factor:R}"),
        RopeScaling.Llama3 one => string.Create(
            CultureInfo.InvariantCulture,
            $"llama3 {one.Factor:R} {one.LowFrequency:R} {one.HighFrequency:R} {one.TrainedContext}"),
        RopeScaling.Yarn one => string.Create(
            CultureInfo.InvariantCulture,
            $"yarn {one.Factor:R} {one.TrainedContext} {one.BetaFast:R} {one.BetaSlow:R} {one.Attention:R}"),
        RopeScaling.PerPair one => string.Join(
            ' ', one.Divisors.Select(part => part.ToString("R", CultureInfo.InvariantCulture)).Prepend("pairs")),
        _ => throw new UnreachableException(scaling.ToString()),
    };

    private static byte[] Leaf(StoredTensor tensor)
    {
        Span<byte> head = stackalloc byte[20];
        BinaryPrimitives.WriteInt32LittleEndian(head, (int)tensor.Format);
        BinaryPrimitives.WriteInt64LittleEndian(head[4..], tensor.Rows);
        BinaryPrimitives.WriteInt64LittleEndian(head[12..], tensor.Columns);
        return Leaf($"tensor:{tensor.Name}", [.. head, .. HashOf(tensor)]);
    }

    private static unsafe byte[] HashOf(StoredTensor tensor)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        for (var at = 0L; at < tensor.Bytes; at += HashChunkBytes)
        {
            hash.AppendData(new ReadOnlySpan<byte>(
                (byte*)tensor.Address + at, (int)Math.Min(HashChunkBytes, tensor.Bytes - at)));
        }

        return hash.GetHashAndReset();
    }

    /// <summary>Every part with its length before it, so that no two lists of parts are the same bytes.</summary>
    private static byte[] Leaf(string name, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var nameBytes = Encoding.UTF8.GetBytes(name);
        Span<byte> length = stackalloc byte[4];
        hash.AppendData([LeafPrefix]);
        BinaryPrimitives.WriteInt32LittleEndian(length, nameBytes.Length);
        hash.AppendData(length);
        hash.AppendData(nameBytes);
        BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
        hash.AppendData(length);
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }

    /// <summary>A lone node at the end of a level goes up as it is.</summary>
    private static byte[] Root(List<byte[]> level)
    {
        while (level.Count > 1)
        {
            level = [.. level.Chunk(2).Select(pair => pair.Length == 1
                ? pair[0]
                : SHA256.HashData([NodePrefix, .. pair[0], .. pair[1]]))];
        }

        return level[0];
    }
}
