using System.Text;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Tests.Safetensors;

namespace Marketplace.Compute.Inference.Tests.Llama2c;

/// <summary>Writes a random model as llama2.c's version 2, and the same weights as floats in version 0.</summary>
internal sealed class GroupedFile
{
    public const string Name = "model.bin";

    private readonly Random _random = new(7);
    private readonly int _group;
    private readonly bool _isShared;
    private readonly LlamaShape _shape;

    public GroupedFile(int group, bool isShared, int hidden = 96)
    {
        (_group, _isShared) = (group, isShared);
        _shape = RandomLlama.ShapeTiny with { Dimension = 64, FeedForward = hidden };
    }

    /// <summary>Of every scale: a half's, as quantisers' are not.</summary>
    public Func<Random, float> Scale { get; init; } = random => (float)(Half)(0.001f + (random.NextSingle() * 0.01f));

    /// <summary>The weights by GGUF's names, as they are read: exact.</summary>
    public Dictionary<string, float[]> Weights { get; } = [];

    public ModelFolder Write()
    {
        var (dimension, hidden, keyValue) = (_shape.Dimension, _shape.FeedForward, _shape.KeyValueDimension);
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(0x616B3432);
        writer.Write(2);

        foreach (var number in new[]
        {
            dimension, hidden, _shape.Layers, _shape.Heads, _shape.KeyValueHeads, _shape.Vocabulary, _shape.Context,
        })
        {
            writer.Write(number);
        }

        writer.Write((byte)(_isShared ? 1 : 0));
        writer.Write(_group);
        writer.Write(new byte[256 - bytes.Length]);
        Layers("attn_norm", name => Norm(writer, name));
        Layers("ffn_norm", name => Norm(writer, name));
        Norm(writer, "output_norm.weight");
        Matrix(writer, "token_embd.weight", _shape.Vocabulary, dimension);
        Layers("attn_q", name => Matrix(writer, name, dimension, dimension));
        Layers("attn_k", name => Matrix(writer, name, keyValue, dimension));
        Layers("attn_v", name => Matrix(writer, name, keyValue, dimension));
        Layers("attn_output", name => Matrix(writer, name, dimension, dimension));
        Layers("ffn_gate", name => Matrix(writer, name, hidden, dimension));
        Layers("ffn_down", name => Matrix(writer, name, dimension, hidden));
        Layers("ffn_up", name => Matrix(writer, name, hidden, dimension));

        if (!_isShared)
        {
            Matrix(writer, "output.weight", _shape.Vocabulary, dimension);
        }

        var folder = new ModelFolder();
        File.WriteAllBytes(folder.At(Name), bytes.ToArray());
        File.WriteAllBytes(folder.At("tokenizer.bin"), Tokenizer(_shape.Vocabulary));
        return folder;
    }

    private static byte[] Tokenizer(int tokens)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(8);

        for (var id = 0; id < tokens; id++)
        {
            var text = Encoding.UTF8.GetBytes($"w{id}");
            writer.Write(-(float)id);
            writer.Write(text.Length);
            writer.Write(text);
        }

        return bytes.ToArray();
    }

    private void Layers(string part, Action<string> write)
    {
        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            write($"blk.{layer}.{part}.weight");
        }
    }

    private void Norm(BinaryWriter writer, string name)
    {
        var values = Enumerable.Range(0, _shape.Dimension).Select(_ => 1 + (_random.NextSingle() * 0.1f)).ToArray();
        Array.ForEach(values, writer.Write);
        Weights.Add(name, values);
    }

    /// <summary>Bytes of all rows, then the scales of all groups.</summary>
    private void Matrix(BinaryWriter writer, string name, int rows, int columns)
    {
        var values = new sbyte[rows * columns];
        _random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
        var scales = Enumerable.Range(0, values.Length / _group).Select(_ => Scale(_random)).ToArray();
        Array.ForEach(values, writer.Write);
        Array.ForEach(scales, writer.Write);
        Weights.Add(name, [.. values.Select((value, at) => value * scales[at / _group])]);
    }
}
