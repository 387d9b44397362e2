using Marketplace.Agent.Market;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.Work;

namespace Marketplace.Agent.Inference;

/// <summary>One text order: tokens go up while they are made, then the whole text.</summary>
internal sealed class TextRunner(
    ITextMaker models,
    MarketLink link,
    Deliveries deliveries,
    ResultSigner signer,
    AgentOptions options,
    TimeProvider time)
{
    private readonly NoopTextMaker _noop = new();

    public async Task<DeliverReply> Run(RunningAttempt attempt, TextOrderMessage order)
    {
        Check(order);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token);
        var stream = new TokenStream(attempt, order.Prefix.Length, link, deliveries, options, time);
        var sending = Sending(stream, stop);
        var made = new List<TokenMessage>(order.Prefix);
        TextEnd end;

        try
        {
            end = await MakerFor(order).Make(order, Emit, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !attempt.Token.IsCancellationRequested)
        {
            // The market said no to tokens, and that ended the making.
            return await sending;
        }
        catch
        {
            await stop.CancelAsync();
            await sending;
            throw;
        }

        stream.Complete();

        if (await sending is var reply and not DeliverReply.Accepted)
        {
            return reply;
        }

        var done = signer.Text(attempt.Order, end, [.. made]);

        return await deliveries.UntilAnswered(attempt, token => link.DeliverText(done, token), attempt.Token);

        void Emit(TokenMessage token)
        {
            stop.Token.ThrowIfCancellationRequested();
            made.Add(token);
            stream.Add(token);
        }
    }

    private ITextMaker MakerFor(TextOrderMessage order)
    {
        if (!NoopTextMaker.IsFor(order))
        {
            return models;
        }

        return options.OfferNoop
            ? _noop
            : throw new WorkFault(WorkFault.Unsupported, "This rig does not offer the model noop.", false);
    }

    private void Check(TextOrderMessage order)
    {
        if (order.MaxTokens < 0 || order.MaxTokens > options.TokensMax || order.Prefix.Length > order.MaxTokens)
        {
            throw new WorkFault(
                WorkFault.Unsupported,
                $"{order.MaxTokens} tokens asked for, allowed are 0 to {options.TokensMax}.", true);
        }
    }

    /// <summary>Sends until the stream ends; anything but accepted, and the making stops.</summary>
    private static async Task<DeliverReply> Sending(TokenStream stream, CancellationTokenSource stop)
    {
        try
        {
            var reply = await stream.Send(stop.Token);

            if (reply != DeliverReply.Accepted)
            {
                await stop.CancelAsync();
            }

            return reply;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return DeliverReply.Stale;
        }
    }
}
