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
    // Bounded by the order: it names the most tokens, and TextRunner refuses more than TokensMax.
    private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Channel<TokenMessage> _tokens = Channel.CreateUnbounded<TokenMessage>();

    private int _next = first;
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
        var batch = new List<TokenMessage>();
        var sentAt = time.GetTimestamp() - time.TimestampFrequency;

        while (await _tokens.Reader.WaitToReadAsync(cancel) && !_complete)
        {
            await Gather(sentAt, cancel);

            if (_complete)
            {
                break;
            }

            batch.Clear();

            while (batch.Count < options.TokenBatchMax && _tokens.Reader.TryRead(out var token))
            {
                batch.Add(token);
            }

            sentAt = time.GetTimestamp();
            var message = new TokensMessage(attempt.Order.Attempt, _next, [.. batch], attempt.Order.Work);
            var reply = await deliveries.UntilAnswered(attempt, token => link.SendTokens(message, token), cancel);

            if (reply != DeliverReply.Accepted)
            {
                return reply;
            }

            _next += batch.Count;
        }

        return DeliverReply.Accepted;
    }

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
