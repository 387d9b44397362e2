namespace Marketplace.Ledger.Verify;

/// <summary>
/// There is no such source here, by configuration: the message says which key would name it. Unlike a source that does
/// not answer it raises no alarm.
/// </summary>
public sealed class EvidenceMissingException(string message) : Exception(message);
