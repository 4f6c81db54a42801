using Gatepost.Server.Api;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Gatepost.Server.OpenApi;

/// <summary>What stands around the operations: who we are, how to authenticate, what the tags mean, and the shared components.</summary>
internal static class Frame
{
    private const string Bearer = "ApiKey";

    private const string Description =
        """
        Signed webhooks out, provider callbacks in.

        Every request carries `Authorization: Bearer <key>`. An organization's key acts in its own organization; an instance key names one in
        the `Gatepost-Organization` header. Ids are UUIDs, instants ISO 8601 in UTC with milliseconds. Unknown and duplicate members are refused.
        Every error is an RFC 9457 problem whose `code` is stable and whose `detail` says what to do; `errors` names all faults at once.
        Lists come newest first in pages: give `nextCursor` back as `cursor`. The `webhooks` section holds every event that Gatepost sends.
        """;

    private static readonly (string Name, string Description)[] Tags =
    [
        ("Organizations", "The customers of the platform: everything else belongs to one."),
        ("API keys", "An organization's keys."),
        ("Admins", "Who is told when a webhook is disabled."),
        ("Tickets", "Support tickets and their messages; changes raise events."),
        ("SLA", "What an organization promises, and when to warn."),
        ("Surveys", "Surveys and their questions."),
        ("Survey responses", "Answers; completing one raises survey.response_completed."),
        ("Ticket webhooks", "URLs that get an organization's ticket events."),
        ("Survey webhooks", "URLs that get one survey's completed responses."),
        ("Recovery", "Testing a webhook, and sending again what it missed."),
        ("Deliveries", "The delivery log: what was sent, what came back, and what happens next."),
        ("Events", "Publishing, the log of events, and the catalog of their types."),
        ("Messages", "Messages sent with a provider, and what it says became of them."),
        ("Notifications", "What an organization's admins should know and act on."),
        ("Request bin", "URLs that take anything and show what came; for development."),
        (Webhooks.Tag, "What Gatepost sends to webhooks."),
    ];

    public static async Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Gatepost",
            Version = typeof(Frame).Assembly.GetName().Version!.ToString(3),
            Description = Description,
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        };
        // Where it is served from is where it holds; the address of the request that made it is nobody's business.
        document.Servers = null;
        document.Components ??= new OpenApiComponents();
        document.AddComponent(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "gp_<scope>_<random>",
            Description = "An API key of the instance or of one organization; POST /v1/organizations/{organizationId}/api-keys makes one.",
        });
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
        AddTags(document);
        Parameters.AddTo(document);
        document.AddComponent("Problem", await context.GetOrCreateSchemaAsync(typeof(ProblemView), cancellationToken: cancellation));
        ErrorAnswers.AddTo(document, new OpenApiSchemaReference("Problem", document));
    }

    private static void AddTags(OpenApiDocument document)
    {
        var used = document.Paths.Values.SelectMany(path => path.Operations!.Values).SelectMany(o => o.Tags ?? new HashSet<OpenApiTagReference>())
            .Select(tag => tag.Name).Append(Webhooks.Tag).ToHashSet(StringComparer.Ordinal);
        document.Tags = Tags.Where(tag => used.Contains(tag.Name)).Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }).ToHashSet();
    }
}
