namespace Marketplace.Storage.Migrations;

/// <summary>One script and the SHA-256 of its text, by which a later change of it is told.</summary>
internal sealed record Script(string Name, string Text, string Sha256);
