using System.Buffers.Binary;
using Marketplace.Agent.Protocol;
using Marketplace.Compute.Inference.Embeddings;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Api.Tests.Inference.OpenAi;

/// <summary>
/// A registered model with a real file, so that the market counts tokens by its tokenizer; and a rig's side of it, which
/// makes vectors that are told apart by input and place.
/// </summary>
internal sealed class TinyModel
{
    private readonly LlamaModel _model;

    private TinyModel(string name, LlamaModel model) => (Name, _model) = (name, model);

    public string Name { get; }

    public int Width => _model.Shape.Dimension;

    public int Vocabulary => _model.Shape.Vocabulary;

    public int Context => _model.Shape.Context;

    public static Task<TinyModel> Register(TestMarket market) =>
        Register(market, bytes => RandomLlama.Write(bytes, RandomLlama.ShapeTiny, TensorFormat.F32, seed: 4));

    /// <summary>One with room for long prompts.</summary>
    public static Task<TinyModel> RegisterLong(TestMarket market, int context) => Register(
        market,
        bytes => RandomLlama.Write(bytes, RandomLlama.ShapeTiny with { Context = context }, TensorFormat.F32, seed: 4));

    /// <summary>One that brings a chat template, and control tokens of these texts.</summary>
    public static Task<TinyModel> Register(TestMarket market, string template, params string[] controls) =>
        Register(market, bytes => RandomLlama.WriteChat(
            bytes, RandomLlama.ShapeTiny with { Context = 8_192 }, seed: 4, template, controls));

    private static async Task<TinyModel> Register(TestMarket market, Action<Stream> write)
    {
        using var bytes = new MemoryStream();
        write(bytes);
        var name = $"tiny-{Guid.NewGuid():n}";
        var hash = await market.Admin.Upload(bytes.ToArray());
        await market.Admin.Post("/v1/models", new { name, sha256 = hash });

        // Stays mapped until the process ends; the name may go at once.
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, bytes.ToArray());
        var model = LlamaModel.Open(path);
        File.Delete(path);
        return new(name, model);
    }

    /// <summary>The tokens that a rig makes of a prompt.</summary>
    public IReadOnlyList<int> Encode(string prompt) => _model.Tokenizer.Encode(prompt);

    public int Tokens(string text) => EmbeddingRule.Plain.Encode(_model.Tokenizer, text).Count;

    /// <summary>A vector of length 1.</summary>
    public float[] Vector(int input)
    {
        float[] raw = [.. Enumerable.Range(0, Width).Select(at => MathF.Sin((input * 31) + at + 1))];
        var length = MathF.Sqrt(raw.Sum(x => x * x));
        return [.. raw.Select(x => x / length)];
    }

    public byte[] FileOf(int inputs) => BytesOf([.. Enumerable.Range(0, inputs).SelectMany(Vector)]);

    public static byte[] BytesOf(float[] numbers)
    {
        var bytes = new byte[numbers.Length * sizeof(float)];

        for (var at = 0; at < numbers.Length; at++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at * sizeof(float)), numbers[at]);
        }

        return bytes;
    }

    /// <summary>Tokens of an order as this model counts them.</summary>
    public int Tokens(EmbeddingOrderMessage order) =>
        order.Inputs.Sum(input => input.Text is { } text ? Tokens(text) : input.Tokens!.Length);

    /// <summary>Takes the next order and delivers a vector for each of its inputs.</summary>
    public async Task<WorkOrderMessage> Serve(TestRig rig)
    {
        var order = await rig.LeaseSome();
        var file = FileOf(order.Embedding!.Inputs.Length);
        var hash = await rig.Upload(file);
        Assert.Equal(
            DeliverReply.Accepted, await rig.DeliverVectors(order, Tokens(order.Embedding), hash, file.Length));
        return order;
    }
}
