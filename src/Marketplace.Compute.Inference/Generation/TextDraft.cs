using System.Text;
using Marketplace.Compute.Inference.Grammars;
using Marketplace.Compute.Inference.Sampling;
using Marketplace.Compute.Inference.Tokenizers;
using Marketplace.Compute.Inference.Verification;

namespace Marketplace.Compute.Inference.Generation;

/// <summary>
/// What of a text is drawn so far, and what the model is to be given next: all of a text but the model's own work. Used
/// by one thread at a time.
/// </summary>
internal sealed class TextDraft
{
    private readonly GenerationRequest _request;
    private readonly ITokenizer _tokenizer;
    private readonly StopScanner _stops;
    private readonly CallMarks _marks;
    private readonly Sampler _sampler;
    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
    private readonly List<int> _given = [];
    private readonly List<LogitClaim> _prompt = [];
    private int _made;

    public TextDraft(GenerationRequest request, ITokenizer tokenizer, Sampler sampler, TextSize size)
    {
        (_request, _tokenizer, _sampler, Size) = (request, tokenizer, sampler, size);
        _stops = new(request.Stop);
        _marks = request.Calls is { } calls ? CallMarks.Of(calls, tokenizer) : CallMarks.None;

        foreach (var token in request.Prefix)
        {
            _ = TextOf(token, _made++);
            sampler.Take(token);
        }

        Next = request is { TellsPrompt: true, TokensMax: 0 }
            ? [.. size.Prompt.SkipLast(1)]
            : [.. size.Prompt, .. request.Prefix];
    }

    public TextSize Size { get; }

    /// <summary>Tokens that the model has been given.</summary>
    public int Given => _given.Count;

    /// <summary>
    /// Tokens that the model is to be given before the next one is drawn; at first prompt and prefix.
    /// </summary>
    public int[] Next { get; private set; }

    /// <summary>Claims of the prompt's tokens from the second on, where they were asked for.</summary>
    public IReadOnlyList<LogitClaim> Prompt => _prompt;

    /// <summary>Whether claims of the prompt's tokens are asked for and not all there.</summary>
    public bool WantsPrompt => _request.TellsPrompt && _prompt.Count < Size.Prompt.Count - 1;

    /// <summary>Set when the text has ended by itself.</summary>
    public FinishReason? Finish { get; private set; }

    /// <summary>The claim of the mark that the model ended the text with; null where it did not.</summary>
    public LogitClaim? EndClaim { get; private set; }

    /// <summary>Whether another token is to be drawn; sets <see cref="Finish"/> where not.</summary>
    public bool GoesOn()
    {
        if (Finish is null
            && (_made >= _request.TokensMax || _stops.IsFound
                || Given + Next.Length > Size.Positions || _sampler.IsStuck))
        {
            Finish = _stops.IsFound ? FinishReason.Stop : FinishReason.Length;
        }

        return Finish is null;
    }

    /// <summary>
    /// Tokens before the last of <see cref="Next"/>, which the model is given now: for the logits after each.
    /// </summary>
    public int[] TakePrompt()
    {
        var taken = Next[..(Size.Prompt.Count - 1)];
        Next = Next[taken.Length..];
        _given.AddRange(taken);
        return taken;
    }

    /// <summary>What the model says of the prompt's next token; what was told before is passed over.</summary>
    /// <param name="at">Place of the token that the logits come after.</param>
    /// <param name="logits">[vocabulary].</param>
    public void See(int at, ReadOnlySpan<float> logits)
    {
        if (WantsPrompt && at == _prompt.Count)
        {
            _prompt.Add(LogitClaim.OfPrompt(logits, Size.Prompt[at + 1]));
        }
    }

    /// <summary>Draws the next token; null where the model ends the text instead.</summary>
    /// <param name="logits">After the last of <see cref="Next"/>.</param>
    public GeneratedToken? Draw(ReadOnlySpan<float> logits)
    {
        Give();
        var token = _sampler.Draw(logits, Size.Prompt.Count + _made);
        var total = _request.Claims || _request.Logprobs is not null ? LogProbability.LogSumExp(logits) : 0;
        var probabilities = _request.Logprobs is { } count ? Probabilities(logits, token, count, total) : null;
        var claim = _request.Claims ? LogitClaim.Of(logits, token, total) : null;

        if (_tokenizer.IsEnd(token))
        {
            (Finish, EndClaim) = (FinishReason.Stop, claim);
            return null;
        }

        _sampler.Take(token);
        Next = [token];
        var text = TextOf(token, _made);
        return new(_made++, token, text, probabilities, claim);
    }

    /// <summary>Takes a token that another has drawn, in the place of <see cref="Draw"/>, and gives its text.</summary>
    public string Follow(int token)
    {
        Give();
        _sampler.Take(token);
        Next = [token];
        return TextOf(token, _made++);
    }

    /// <summary>A prompt of one token may be a word, where texts need no begin token.</summary>
    private bool IsPromptEmpty => Size.Prompt.Count == 1 && Size.Prompt[0] == _tokenizer.Begin;

    /// <summary>
    /// The model has forgotten the text: it is to be given all of it once more. What was drawn stays drawn.
    /// </summary>
    public void Forget()
    {
        Next = [.. _given, .. Next];
        _given.Clear();
    }

    private void Give() => _given.AddRange(Next);

    private IReadOnlyList<TokenProbability> Probabilities(
        ReadOnlySpan<float> logits, int token, int count, double total) =>
    [
        .. LogProbability.Of(logits, token, count, total)
            .Select(one => new TokenProbability(one.Token, _tokenizer.Decode(one.Token, isFirst: false), one.Value)),
    ];

    /// <summary>Holds back the bytes of an unfinished UTF-8 sequence until it is complete.</summary>
    private string TextOf(int token, int index)
    {
        var bytes = _marks.Find(token) ?? _tokenizer.Decode(token, isFirst: index == 0 && IsPromptEmpty);
        Span<char> text = stackalloc char[bytes.Length + 4];
        var whole = new string(text[.._utf8.GetChars(bytes, text, flush: false)]);
        _stops.Add(whole);
        return whole;
    }
}
