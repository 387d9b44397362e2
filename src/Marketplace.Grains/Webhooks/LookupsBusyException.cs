namespace Marketplace.Grains.Webhooks;

/// <summary>A name could not be looked up now, through no fault of its own: nothing was tried.</summary>
internal sealed class LookupsBusyException() : IOException("too many names are being looked up");
