namespace Marketplace.Api.Inference;

/// <summary>Reads JSON schemas as the engine does that holds texts to them.</summary>
public interface ISchemaReader
{
    /// <summary>Why texts cannot be held to a schema, with the place in it; null when they can.</summary>
    /// <exception cref="TimeoutException">Too much waits to be read; try again later.</exception>
    Task<string?> WhyRefused(string schema, CancellationToken cancel = default);

    /// <summary>Why answers cannot be held to a form of calls, with the place in it; null when they can.</summary>
    /// <exception cref="TimeoutException">Too much waits to be read; try again later.</exception>
    Task<string?> WhyCallsRefused(string form, CancellationToken cancel = default);

    /// <summary>
    /// A schema that allows no less and that texts can be held to, the same as far as it can be; null where there is
    /// none.
    /// </summary>
    /// <exception cref="TimeoutException">Too much waits to be read; try again later.</exception>
    Task<string?> Loosen(string schema, CancellationToken cancel = default);
}
