using Marketplace.Agent.Cache;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.Work;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Inference;
using Marketplace.Compute.Inference.Generation;

namespace Marketplace.Agent.Inference;

/// <summary>Texts by the market's models: files by hash from the cache, models kept loaded between jobs.</summary>
internal sealed class ModelTextMaker(
    ContentCache cache, KeptLoaded<LoadedModel> models, ComputeDevice device) : ITextMaker
{
    public async Task<TextEnd> Make(TextOrderMessage order, Action<TokenMessage> emit, CancellationToken cancel)
    {
        using var loan = await models.Borrow(order.ModelSha256, token => Load(order, token), cancel);
        var request = new GenerationRequest(
            order.Prompt, order.MaxTokens, Temperature(order), order.Seed, [.. order.Prefix.Select(token => token.Id)])
        {
            Stop = order.Stop ?? [],
        };

        return await Task.Factory.StartNew(
            () => Make(loan.Thing, request, emit, cancel), cancel, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    private static TextEnd Make(
        LoadedModel model, GenerationRequest request, Action<TokenMessage> emit, CancellationToken cancel)
    {
        try
        {
            return model.Make(request, token => emit(new TokenMessage(token.Id, token.Text)), cancel);
        }
        catch (Exception fault) when (fault is PromptTooLongException or ArgumentException)
        {
            throw new WorkFault(WorkFault.Unsupported, fault.Message, true, fault);
        }
    }

    private static double Temperature(TextOrderMessage order) => order.Temperature is >= 0 and <= 100
        ? order.Temperature
        : throw new WorkFault(WorkFault.Unsupported, $"temperature {order.Temperature} is not at least 0", true);

    private async Task<LoadedModel> Load(TextOrderMessage order, CancellationToken cancel)
    {
        CachedFile? file = null;

        try
        {
            file = await cache.Get(order.ModelSha256, order.ModelBytes, cancel);
            return LoadedModel.Open(file.FilePath, device, file);
        }
        catch (Exception fault)
        {
            file?.Dispose();

            throw fault switch
            {
                // The hash is right, so every rig would find the same.
                ModelFormatException => new WorkFault(WorkFault.ModelCorrupt, fault.Message, true, fault),
                InvalidDataException => new WorkFault(WorkFault.ModelCorrupt, fault.Message, false, fault),
                DeviceUnavailableException => new WorkFault(WorkFault.Unsupported, fault.Message, false, fault),
                _ => fault,
            };
        }
    }
}
