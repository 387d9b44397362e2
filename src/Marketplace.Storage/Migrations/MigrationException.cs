namespace Marketplace.Storage.Migrations;

/// <summary>A database that the scripts of this version do not fit; the message says what to do.</summary>
public sealed class MigrationException(string message) : Exception(message);
