using System.Text.Json;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Marketplace.Api.Swagger;

/// <summary>A field of a request that has a default may be left out: the document must not call it required.</summary>
internal sealed class OptionalByDefault : ISchemaFilter
{
    private const string RequestSuffix = "Request";

    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (!context.Type.Name.EndsWith(RequestSuffix, StringComparison.Ordinal) || schema.Required is not { } required)
        {
            return;
        }

        var optional = context.Type.GetConstructors()
            .SelectMany(constructor => constructor.GetParameters())
            .Where(parameter => parameter.HasDefaultValue);

        foreach (var parameter in optional)
        {
            required.Remove(JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!));
        }
    }
}
