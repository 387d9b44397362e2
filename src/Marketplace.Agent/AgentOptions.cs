namespace Marketplace.Agent;

/// <summary>What can be tuned of a running agent; the defaults are meant to be right.</summary>
internal sealed record AgentOptions
{
    /// <summary>Work that is done at the same time. Default 1.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>How often work is asked for without a hint. Default 2 s.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the market hears from the agent. Default 15 s.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest wait for the answer to one call. Default 30 s.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>First wait after a failed call or connection; it doubles from there. Default 250 ms.</summary>
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest wait between two tries. Default 30 s.</summary>
    public TimeSpan RetryMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Tokens wait at most this long for company, but for the first, which goes at once. Default 20 ms.
    /// </summary>
    public TimeSpan TokenFlushInterval { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>So many waiting tokens go without waiting longer. Default 32.</summary>
    public int TokenFlushCount { get; init; } = 32;

    /// <summary>Tokens in one message at most. Default 256.</summary>
    public int TokenBatchMax { get; init; } = 256;

    /// <summary>Tokens of one text at most. Default 65,536.</summary>
    public int TokensMax { get; init; } = 65_536;

    /// <summary>Bytes of models and scenes kept on disk; the least recently used go first. Default 64 GiB.</summary>
    public long CacheBytesMax { get; init; } = 64L << 30;

    /// <summary>Tries at one download, each going on where the last one ended. Default 8.</summary>
    public int DownloadTriesMax { get; init; } = 8;

    /// <summary>Models kept in memory between jobs. Default 2.</summary>
    public int ModelsLoadedMax { get; init; } = 2;

    /// <summary>
    /// Bytes of keys and values of one loaded model that its texts share on the processor; a text that needs more gets
    /// memory of its own. Taken as it is first written. Default 1 GiB. On a GPU it is what the weights leave, divided
    /// by one more than <see cref="ModelsLoadedMax"/>, whatever this says.
    /// </summary>
    public long KeyValueBytesMax { get; init; } = 1L << 30;

    /// <summary>
    /// Memory that the market may fill with models ahead of work; 0 for none. Default half of the device's.
    /// </summary>
    public long? LentMemoryBytes { get; init; }

    /// <summary>Bytes of the cache that it may fill so. Default half of <see cref="CacheBytesMax"/>.</summary>
    public long? LentDiskBytes { get; init; }

    /// <summary>A model that could not be loaded ahead of work is tried again after this. Default 5 minutes.</summary>
    public TimeSpan ModelRetry { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Scenes kept in memory between units. Default 2.</summary>
    public int ScenesLoadedMax { get; init; } = 2;

    /// <summary>Whether orders for the model <c>noop</c> are answered, without weights. Default no.</summary>
    public bool OfferNoop { get; init; }
}
