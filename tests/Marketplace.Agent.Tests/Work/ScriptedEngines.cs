using Marketplace.Agent.Cache;
using Marketplace.Agent.Inference;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.Renders;

namespace Marketplace.Agent.Tests.Work;

/// <summary>Engines that do what a test says, with the real cache below them.</summary>
internal sealed class ScriptedEngines(ContentCache cache) : ITextMaker, IUnitTracer, IVectorMaker
{
    /// <summary>Runs before token number n is emitted; it may wait or throw.</summary>
    public Func<int, CancellationToken, Task> BeforeToken { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Text of token n.</summary>
    public Func<int, string> TextOf { get; set; } = index => $" word{index}";

    public Func<UnitOrderMessage, byte[]> Sums { get; set; } = order => [(byte)order.X, (byte)order.Y, 42];

    /// <summary>Ends when a making was stopped from outside.</summary>
    public TaskCompletionSource<bool> Stopped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<TextEnd> Make(TextOrderMessage order, Action<TokenMessage> emit, CancellationToken cancel)
    {
        try
        {
            if (order.ModelBytes > 0)
            {
                using var file = await cache.Get(order.ModelSha256, order.ModelBytes, cancel);
            }

            for (var index = order.Prefix.Length; index < order.MaxTokens; index++)
            {
                await BeforeToken(index, cancel);
                emit(new TokenMessage(index, TextOf(index)));
            }

            return new TextEnd(TextEnd.Length, [.. order.Prompt.Select(letter => (int)letter)]);
        }
        catch (OperationCanceledException)
        {
            Stopped.TrySetResult(true);
            throw;
        }
        catch (InvalidDataException fault)
        {
            throw new Agent.Work.WorkFault(Agent.Work.WorkFault.ModelCorrupt, fault.Message, false, fault);
        }
    }

    public Task<MadeVectors> Embed(EmbeddingOrderMessage order, CancellationToken cancel) =>
        Task.FromResult(new MadeVectors([.. order.Inputs.Select(_ => 1f)], order.Inputs.Length));

    public Task<TracedUnit> Trace(UnitOrderMessage order, CancellationToken cancel) =>
        Task.FromResult(TracedUnit.OfOne(Sums(order)));
}
