using System.Threading.Channels;
using Marketplace.Agent.Market;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.Work;

namespace Marketplace.Agent.Inference;

/// <summary>
/// Tokens on their way up: the first goes at once, later ones in small batches, each sent again until it is answered.
/// What gathers while the market cannot be reached goes in larger ones afterwards, and what is left at the end goes
/// with the text's delivery, which carries every token.
/// </summary>
internal sealed class TokenStream(
    RunningAttempt attempt, int first, MarketLink link, Deliveries deliveries, AgentOptions options, TimeProvider time)
{
    /// <summary>Times that one text goes back to tokens which the market has forgotten.</summary>
    public const int RewindsMax = 16;

    // Bounded by the order: it names the most tokens, and TextRunner refuses more than TokensMax.
    private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Channel<TokenMessage> _tokens = Channel.CreateUnbounded<TokenMessage>();

    private readonly List<TokenMessage> _log = [];

    private int _sent;
    private int _rewinds;
    private volatile bool _complete;

    public void Add(TokenMessage token) => _tokens.Writer.TryWrite(token);

    /// <summary>There are no more tokens, and those that wait need not be sent.</summary>
    public void Complete()
    {
        _complete = true;
        _ended.TrySetResult(true);
        _tokens.Writer.TryComplete();
    }

    /// <summary>Sends until the stream is complete, or until the market answers anything but accepted.</summary>
    public async Task<DeliverReply> Send(CancellationToken cancel)
    {
        var sentAt = time.GetTimestamp() - time.TimestampFrequency;

        while (await _tokens.Reader.WaitToReadAsync(cancel) && !_complete)
        {
            await Gather(sentAt, cancel);
            sentAt = time.GetTimestamp();

            if (!_complete && await SendGathered(cancel) is var reply and not DeliverReply.Accepted)
            {
                return reply;
            }
        }

        return DeliverReply.Accepted;
    }

    /// <summary>Sends what waits, and before it what the market has forgotten and asks for again.</summary>
    private async Task<DeliverReply> SendGathered(CancellationToken cancel)
    {
        for (var read = 0; read < options.TokenBatchMax && _tokens.Reader.TryRead(out var token); read++)
        {
            _log.Add(token);
        }

        while (_sent < _log.Count && !_complete)
        {
            var batch = _log.Skip(_sent).Take(options.TokenBatchMax).ToArray();
            var message = new TokensMessage(attempt.Order.Attempt, first + _sent, batch, attempt.Order.Work);
            int? resendFrom = null;

            var reply = await deliveries.UntilAnswered(
                attempt,
                async token =>
                {
                    (var answer, resendFrom) = await link.StreamTokens(message, token);
                    return answer;
                },
                cancel);

            if (reply != DeliverReply.Accepted)
            {
                return reply;
            }

            _sent = MayRewind(resendFrom) ? resendFrom!.Value - first : _sent + batch.Length;
        }

        return DeliverReply.Accepted;
    }

    /// <summary>
    /// Whether to go back: to tokens of this attempt only, and not for ever, whatever the market says.
    /// </summary>
    private bool MayRewind(int? resendFrom) =>
        resendFrom >= first && resendFrom < first + _sent && ++_rewinds <= RewindsMax;

    private async Task Gather(long sentAt, CancellationToken cancel)
    {
        var left = options.TokenFlushInterval - time.GetElapsedTime(sentAt);

        if (left > TimeSpan.Zero && _tokens.Reader.Count < options.TokenFlushCount && !_complete)
        {
            await Task.WhenAny(Task.Delay(left, time, cancel), _ended.Task);
            cancel.ThrowIfCancellationRequested();
        }
    }
}
