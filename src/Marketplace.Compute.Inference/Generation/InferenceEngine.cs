using System.Diagnostics;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Host;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Inference.Embeddings;
using Marketplace.Compute.Inference.Grammars;
using Marketplace.Compute.Inference.Host;
using Marketplace.Compute.Inference.Ilgpu;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Sampling;

namespace Marketplace.Compute.Inference.Generation;

/// <summary>A model on a device. Texts may be made side by side from several threads.</summary>
public sealed class InferenceEngine : IDisposable
{
    private readonly LlamaModel _model;
    private readonly ILlamaBackend _backend;
    private readonly Lazy<TokenTrie> _vocabulary;

    /// <summary>Makes the model ready on the device; both stay the caller's to dispose, after the engine.</summary>
    public InferenceEngine(LlamaModel model, ComputeDevice device)
    {
        _model = model;
        _vocabulary = new(() => new([.. Enumerable.Range(0, model.Shape.Vocabulary).Select(BytesOf)]));
        _backend = device switch
        {
            HostDevice host => new HostLlama(model, host.Workers),
            IlgpuDevice ilgpu => new IlgpuLlama(model, ilgpu),
            _ => throw new UnreachableException(device.GetType().Name),
        };
    }

    internal ILlamaBackend Backend => _backend;

    /// <summary>Makes vectors of texts on the engine's device; may be used as long as the engine.</summary>
    /// <exception cref="ModelFormatException">The model makes no embeddings.</exception>
    public Embedder NewEmbedder() => new(_model, _backend);

    internal LlamaShape Shape => _model.Shape;

    /// <summary>The sampler of a text, before its first token.</summary>
    internal Sampler SamplerOf(GenerationRequest request, IReadOnlyList<int> prompt)
    {
        var sampler = new Sampler(request.Filters, request.Temperature, request.Seed, MaskOf(request));
        sampler.See(prompt);
        return sampler;
    }

    private TokenMask? MaskOf(GenerationRequest request)
    {
        if ((request.Calls?.Grammar ?? request.Schema?.Grammar) is not { } grammar)
        {
            return null;
        }

        var marks = request.Calls is { } calls ? CallMarks.Of(calls, _model.Tokenizer) : CallMarks.None;
        return new(
            grammar,
            _vocabulary.Value,
            token => marks.Find(token) is { } mark ? mark : BytesOf(token),
            _model.Tokenizer.Ends,
            marks.Tokens);
    }

    /// <summary>Whether a text ends where this token is drawn.</summary>
    internal bool IsEnd(int token) => _model.Tokenizer.IsEnd(token);

    /// <summary>The tokens that a text begins with.</summary>
    /// <exception cref="ArgumentException">
    /// There are none, one is not in the vocabulary, or the prompt is too long.
    /// </exception>
    internal IReadOnlyList<int> PromptOf(GenerationRequest request)
    {
        if (request.PromptTokens is not { } tokens)
        {
            return _model.Tokenizer.Encode(request.Prompt);
        }

        return tokens.Count > 0 && tokens.All(token => token >= 0 && token < _model.Shape.Vocabulary)
            ? tokens
            : throw new ArgumentException("the prompt has no tokens, or one that is not known", nameof(request));
    }

    /// <summary>Begins a text.</summary>
    /// <exception cref="PromptTooLongException">The prompt does not fit.</exception>
    public TextGeneration Begin(GenerationRequest request)
    {
        var draft = DraftOf(request);
        return new(draft, _backend.NewSequence(draft.Size.Positions));
    }

    /// <summary>A text before its first token.</summary>
    /// <exception cref="PromptTooLongException">The prompt does not fit.</exception>
    internal TextDraft DraftOf(GenerationRequest request)
    {
        var prompt = PromptOf(request);
        var context = _model.Shape.Context;

        if (prompt.Count > context)
        {
            throw new PromptTooLongException(prompt.Count, context);
        }

        if (request.Prefix.Any(token => token < 0 || token >= _model.Shape.Vocabulary))
        {
            throw new ArgumentException("a token of the prefix is not in the vocabulary", nameof(request));
        }

        var positions = (int)Math.Min(context, (long)prompt.Count + request.TokensMax);
        return new(request, _model.Tokenizer, SamplerOf(request, prompt), new(prompt, positions));
    }

    /// <summary>
    /// Bytes of the device's memory that are left beside the weights, for keys and values of texts; null where that is
    /// the processor's own.
    /// </summary>
    public long? DeviceBytesLeft => _backend.BytesLeft;

    /// <summary>How matrices of each form are multiplied; empty on the processor.</summary>
    public IReadOnlyList<MatrixPath> MatrixPaths => _backend.MatrixPaths;

    /// <summary>Room for several sequences that go through the model together.</summary>
    internal ILlamaBatch NewBatch(BatchSize size) => _backend.NewBatch(size);

    /// <summary>Logits after every one of the tokens, for checks: [tokens][vocabulary].</summary>
    public IReadOnlyList<float[]> Logits(IReadOnlyList<int> tokens, CancellationToken cancel)
    {
        using var sequence = _backend.NewSequence(tokens.Count);
        var logits = new List<float[]>(tokens.Count);

        foreach (var token in tokens)
        {
            cancel.ThrowIfCancellationRequested();
            logits.Add(sequence.Append([token]).ToArray());
        }

        return logits;
    }

    public void Dispose() => _backend.Dispose();

    /// <summary>A token's text within a text; none where it is no text.</summary>
    private ReadOnlyMemory<byte> BytesOf(int token)
    {
        var tokenizer = _model.Tokenizer;

        return token < tokenizer.Count && !tokenizer.IsEnd(token) && token != tokenizer.Unknown
            ? tokenizer.Decode(token, isFirst: false)
            : default(ReadOnlyMemory<byte>);
    }
}
