using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Compute.Inference.ModelFiles;

/// <summary>
/// Names a model for ever: the root of a Merkle tree (SHA-256; RFC 6962's prefixes of leaves and nodes) over its
/// tensors by name (name, storage, shape, SHA-256 of the bytes), then its tokenizer and its chat template. Equal ids
/// mean equal text on equal hardware; the same weights in another format, or with one byte changed, have another id.
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
            .ToList();

        return new(Convert.ToHexStringLower(Root([.. leaves])));
    }

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
