using Marketplace.Agent.Inference;
using Marketplace.Agent.Market;
using Marketplace.Agent.Protocol;
using Microsoft.Extensions.Logging;

namespace Marketplace.Agent.Work;

/// <summary>
/// Tells the market which models and scenes are at hand and loads the models that it asks for, within what the provider
/// lends: one after the other, beside the work.
/// </summary>
internal sealed partial class ModelLoop(
    IModelKeeper models, MarketLink link, AgentOptions options, TimeProvider time, ILogger<ModelLoop> log)
{
    /// <summary>Time to fetch and load one model.</summary>
    private static readonly TimeSpan LoadLimit = TimeSpan.FromHours(1);

    private const int FailedMax = 1_024;

    private readonly Dictionary<string, KeepModelMessage> _asked = new(StringComparer.Ordinal);

    /// <summary>Models that could not be loaded, and when they may be tried again.</summary>
    private readonly Dictionary<string, DateTimeOffset> _failed = new(StringComparer.Ordinal);

    public async Task Run(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            if (!await Look(cancel))
            {
                await UntilNext(cancel);
            }
        }
    }

    private async Task UntilNext(CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny(
            Task.Delay(options.HeartbeatInterval, time, either.Token), models.Changed(either.Token));
        await either.CancelAsync();
    }

    /// <summary>One exchange with the market; whether something was loaded, which is told at once.</summary>
    private async Task<bool> Look(CancellationToken cancel)
    {
        try
        {
            var told = models.Tell();
            var wanted = Within(told, await link.Models(told with { Asked = Loaded(told) }, cancel));

            foreach (var over in _asked.Keys.Where(known => wanted.All(one => one.Sha256 != known)).ToArray())
            {
                _asked.Remove(over);
                models.LetGo(over);
            }

            foreach (var model in wanted)
            {
                _asked[model.Sha256] = model;
            }

            var missing = wanted.FirstOrDefault(model =>
                !told.Loaded.Contains(model.Sha256, StringComparer.Ordinal)
                && !(_failed.TryGetValue(model.Sha256, out var until) && time.GetUtcNow() < until));

            return missing is not null && await Load(missing, cancel);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            Unheard(fault.Message);
            return false;
        }
    }

    private AskedModelMessage[] Loaded(ModelsMessage told) =>
    [
        .. _asked.Values.Where(model => told.Loaded.Contains(model.Sha256, StringComparer.Ordinal))
            .Select(model => new AskedModelMessage(model.Name, model.Sha256)),
    ];

    /// <summary>What fits into what is lent, whatever the market wishes.</summary>
    private static List<KeepModelMessage> Within(ModelsMessage told, KeepModelMessage[] wishes)
    {
        var taken = new List<KeepModelMessage>();
        var left = told.LentBytes;

        foreach (var wish in wishes)
        {
            if (taken.Count < told.LoadedMax && wish.Bytes >= 0 && wish.Bytes <= left)
            {
                taken.Add(wish);
                left -= wish.Bytes;
            }
        }

        return taken;
    }

    private async Task<bool> Load(KeepModelMessage model, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(LoadLimit);

        try
        {
            await models.Load(model, limit.Token);
            LoadedAhead(model.Name);
            return true;
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            if (_failed.Count >= FailedMax)
            {
                _failed.Clear();
            }

            _failed[model.Sha256] = time.GetUtcNow() + options.ModelRetry;
            NotLoaded(model.Name, fault.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Model} is loaded ahead of work.")]
    private partial void LoadedAhead(string model);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Model} could not be loaded ahead: {Why}")]
    private partial void NotLoaded(string model, string why);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Models not told: {Why}")]
    private partial void Unheard(string why);
}
