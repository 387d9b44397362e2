using Marketplace.Api.Inference;
using Marketplace.Compute.Inference.Grammars;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Inference;

/// <summary>Reads schemas with the engine's own reader, a few at a time.</summary>
internal sealed class SchemaReader(IOptions<WebOptions> options) : ISchemaReader, IDisposable
{
    private const int WaitingMax = 256;

    private readonly CpuQueue _queue = new(options.Value.Readers, WaitingMax);

    public Task<string?> WhyRefused(string schema, CancellationToken cancel = default) =>
        _queue.Run(() => Task.FromResult(Why(schema, JsonSchema.Parse)), cancel);

    public Task<string?> WhyCallsRefused(string form, CancellationToken cancel = default) =>
        _queue.Run(() => Task.FromResult(Why(form, CallGrammar.Parse)), cancel);

    public Task<string?> Loosen(string schema, CancellationToken cancel = default) => _queue.Run(
        () => Task.FromResult(
            LooseSchema.Of(schema) is { } loose && Why(loose, JsonSchema.Parse) is null ? loose : null),
        cancel);

    public void Dispose() => _queue.Dispose();

    private static string? Why<T>(string text, Func<string, T> parse)
    {
        try
        {
            _ = parse(text);
            return null;
        }
        catch (SchemaException fault)
        {
            return fault.Message;
        }
    }
}
