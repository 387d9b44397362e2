using System.Text.Json.Nodes;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Marketplace.Api.Swagger;

/// <summary>The two documents, <c>/openapi/v1.json</c> and <c>/openapi/admin.json</c>, and their page at <c>/swagger</c>.</summary>
internal static class SwaggerSetup
{
    public const string V1 = "v1";
    public const string Admin = "admin";

    private const string KeyScheme = "apiKey";

    public static void AddSwagger(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(Configure);
    }

    public static void UseSwaggerDocuments(this WebApplication app)
    {
        app.UseSwagger(swagger => swagger.RouteTemplate = "openapi/{documentName}.json");
        app.UseSwaggerUI(page =>
        {
            page.DocumentTitle = "Marketplace API";
            page.SwaggerEndpoint("/openapi/v1.json", "Marketplace v1");
            page.SwaggerEndpoint("/openapi/admin.json", "Marketplace administration");
            page.EnablePersistAuthorization();
        });
    }

    private static void Configure(SwaggerGenOptions swagger)
    {
        swagger.SwaggerDoc(V1, new OpenApiInfo
        {
            Title = "Marketplace",
            Version = "1",
            Description = "GPU compute for text and pictures, paid in USDC. Money is a decimal string with six places; "
                + "refusals are RFC 9457 problems with a stable `code`.",
        });
        swagger.SwaggerDoc(Admin, new OpenApiInfo
        {
            Title = "Marketplace administration",
            Version = "1",
            Description = "Everything is listed and inspected here; every act takes a reason and lands in the audit log.",
        });
        swagger.DocInclusionPredicate((document, route) => route.GroupName == document);
        swagger.IncludeXmlComments(typeof(SwaggerSetup).Assembly);
        swagger.SupportNonNullableReferenceTypes();
        swagger.NonNullableReferenceTypesAsRequired();
        swagger.AddSecurityDefinition(KeyScheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "mk_live_… or mk_test_…",
            Description = "An API key.",
        });
        swagger.AddSecurityRequirement(document => new OpenApiSecurityRequirement
        {
            [new OpenApiSecuritySchemeReference(KeyScheme, document)] = [],
        });
        MapTypes(swagger);
    }

    private static void MapTypes(SwaggerGenOptions swagger)
    {
        Map<Usdc>(swagger, () => Text("^-?[0-9]+(\\.[0-9]{1,6})?$", "1.500000"));
        MapId<AccountId>(swagger);
        MapId<ApiKeyId>(swagger);
        MapId<DeviceId>(swagger);
        MapId<JobId>(swagger);
        MapId<AttemptId>(swagger);
        MapId<DepositId>(swagger);
        MapId<PayoutId>(swagger);
        MapId<ProviderId>(swagger);
        MapId<RenderId>(swagger);
        MapId<SceneId>(swagger);
        MapId<ReceiptId>(swagger);
        swagger.MapType<ProblemDetails>(Problem);
    }

    private static void MapId<TId>(SwaggerGenOptions swagger)
        where TId : struct, IPrefixedId<TId> =>
        Map<TId>(swagger, () => Text(
            $"^{TId.Prefix}[0-9a-hjkmnp-tv-z]{{{PrefixedId.BodyLength}}}$", $"{TId.Prefix}01j9zq8k3v7r2m5x4c6b8n0t1w"));

    private static void Map<T>(SwaggerGenOptions swagger, Func<OpenApiSchema> schema)
        where T : struct
    {
        swagger.MapType<T>(schema);
        swagger.MapType<T?>(() =>
        {
            var nullable = schema();
            nullable.Type |= JsonSchemaType.Null;
            return nullable;
        });
    }

    private static OpenApiSchema Text(string? pattern, string? example) => new()
    {
        Type = JsonSchemaType.String,
        Pattern = pattern,
        Examples = example is null ? null : [JsonValue.Create(example)],
    };

    /// <summary>A refusal, as <see cref="Http.Problems"/> writes it.</summary>
    private static OpenApiSchema Problem() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "RFC 9457. Some codes add facts of their own, such as needed and available.",
        Required = new HashSet<string>(StringComparer.Ordinal) { "type", "title", "status", "detail", "code" },
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["type"] = Text(null, "urn:marketplace:problem:invalid-request"),
            ["title"] = Text(null, "Invalid request"),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32", Examples = [JsonValue.Create(400)] },
            ["detail"] = Text(null, "maxTokens: is 0, allowed are 1 to 8192"),
            ["instance"] = Text(null, "/v1/jobs"),
            ["code"] = Text(null, "invalid-request"),
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Description = "What is wrong with which field, for invalid-request.",
                Items = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
                    {
                        ["field"] = Text(null, "maxTokens"),
                        ["detail"] = Text(null, "is 0, allowed are 1 to 8192"),
                    },
                },
            },
        },
    };
}
