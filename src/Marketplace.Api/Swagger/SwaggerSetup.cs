using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Compliance;
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
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Marketplace.Api.Swagger;

/// <summary>
/// The two documents, <c>/openapi/v1.json</c> and <c>/openapi/admin.json</c>, and their page at <c>/swagger</c>.
/// </summary>
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
            Description = "Everything is listed and inspected here; every act takes a reason and lands in the audit "
                + "log.",
        });
        swagger.DocInclusionPredicate((document, route) => route.GroupName == document);
        swagger.IncludeXmlComments(typeof(SwaggerSetup).Assembly);
        swagger.SupportNonNullableReferenceTypes();
        swagger.NonNullableReferenceTypesAsRequired();
        swagger.SchemaFilter<OptionalByDefault>();
        swagger.OrderActionsBy(route => $"{route.RelativePath} {route.HttpMethod}");
        swagger.CustomOperationIds(route =>
            route.TryGetMethodInfo(out var handler) ? JsonNamingPolicy.CamelCase.ConvertName(handler.Name) : null);
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
        MapId<ReviewId>(swagger);
        MapId<ScreeningId>(swagger);
        MapId<JobId>(swagger);
        MapId<FileId>(swagger);
        MapId<BatchId>(swagger);
        MapId<AttemptId>(swagger);
        MapId<DepositId>(swagger);
        MapId<PayoutId>(swagger);
        MapId<ProviderId>(swagger);
        MapId<RenderId>(swagger);
        MapId<RenderQuoteId>(swagger);
        Map<RenderEffort>(swagger, () => Text("^[0-9]+\\.[0-9]{6}$", "0.000466"));
        Map<RenderScore>(swagger, () => new OpenApiSchema { Type = JsonSchemaType.Number });
        MapId<SceneId>(swagger);
        MapId<ReceiptId>(swagger);
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
}
