namespace Marketplace.Api.Inference.OpenAi;

/// <summary>What reads the parts of a request for text that engines and models must understand.</summary>
internal sealed record OrderReaders(ISchemaReader Schemas, ChatTemplates Chats);
