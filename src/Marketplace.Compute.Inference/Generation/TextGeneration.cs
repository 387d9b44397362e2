using System.Text;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Sampling;
using Marketplace.Compute.Inference.Tokenizers;
using Marketplace.Compute.Inference.Verification;

namespace Marketplace.Compute.Inference.Generation;

/// <summary>One text in the making. Used by one thread at a time; dispose it to give its memory back.</summary>
public sealed class TextGeneration : IDisposable
{
    private readonly GenerationRequest _request;
    private readonly SentencePieceTokenizer _tokenizer;
    private readonly ILlamaSequence _sequence;
    private readonly IReadOnlyList<int> _prompt;
    private readonly StopScanner _stops;
    private readonly Sampler _sampler;
    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
    private readonly int _positions;

    internal TextGeneration(
        GenerationRequest request, SentencePieceTokenizer tokenizer, ILlamaSequence sequence, Sampler sampler,
        IReadOnlyList<int> prompt, int positions)
    {
        (_request, _tokenizer, _sequence, _prompt, _positions) = (request, tokenizer, sequence, prompt, positions);
        _stops = new(request.Stop);
        _sampler = sampler;
    }

    /// <summary>Tokens of the prompt, the begin token included.</summary>
    public int PromptTokens => _prompt.Count;

    /// <summary>Set when the enumeration has ended by itself.</summary>
    public FinishReason? Finish { get; private set; }

    /// <summary>The claim of the mark that the model ended the text with; null where it did not.</summary>
    public LogitClaim? EndClaim { get; private set; }

    /// <summary>Makes the text, token by token; those of the prefix are not given again. Enumerate once.</summary>
    /// <exception cref="OperationCanceledException">
    /// The token was cancelled; at most one more token was computed.
    /// </exception>
    public IEnumerable<GeneratedToken> Tokens(CancellationToken cancel)
    {
        var made = 0;

        foreach (var token in _request.Prefix)
        {
            _ = TextOf(token, made++);
            _sampler.Take(token);
        }

        int[] next = [.. _prompt, .. _request.Prefix];

        while (made < _request.TokensMax && !_stops.IsFound)
        {
            cancel.ThrowIfCancellationRequested();

            if (_sequence.Length + next.Length > _positions || _sampler.IsStuck)
            {
                break;
            }

            var logits = _sequence.Append(next);
            var token = _sampler.Draw(logits, _prompt.Count + made);
            var probabilities = _request.Logprobs is { } count ? Probabilities(logits, token, count) : null;

            var claim = _request.Claims ? LogitClaim.Of(logits, token) : null;

            if (token == _tokenizer.End || token == _tokenizer.Begin)
            {
                (Finish, EndClaim) = (FinishReason.Stop, claim);
                yield break;
            }

            _sampler.Take(token);
            yield return new(made, token, TextOf(token, made), probabilities, claim);
            made++;
            next = [token];
        }

        Finish = _stops.IsFound ? FinishReason.Stop : FinishReason.Length;
    }

    public void Dispose() => _sequence.Dispose();

    private IReadOnlyList<TokenProbability> Probabilities(ReadOnlySpan<float> logits, int token, int count) =>
    [
        .. LogProbability.Of(logits, token, count)
            .Select(one => new TokenProbability(one.Token, _tokenizer.Decode(one.Token, isFirst: false), one.Value)),
    ];

    /// <summary>Holds back the bytes of an unfinished UTF-8 sequence until it is complete.</summary>
    private string TextOf(int token, int index)
    {
        var bytes = _tokenizer.Decode(token, isFirst: index == 0 && _prompt.Count == 1);
        Span<char> text = stackalloc char[bytes.Length + 4];
        var whole = new string(text[.._utf8.GetChars(bytes, text, flush: false)]);
        _stops.Add(whole);
        return whole;
    }
}
