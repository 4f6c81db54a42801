using Gatepost.Egress;
using Gatepost.Organizations;
using Gatepost.Storage;
using Microsoft.Extensions.Options;

namespace Gatepost.Webhooks;

/// <param name="Warning">Saved, but this should be looked at.</param>
internal sealed record SavedWebhook(Webhook Webhook, string? Warning);

/// <summary>Creates and changes webhooks: the rules, the guard, then the store; the answer names every fault of all three.</summary>
internal sealed class WebhookEditor(IWebhookStore store, EgressGuard guard, IOptions<WebhookOptions> options, TimeProvider clock)
{
    public async Task<Result<SavedWebhook>> CreateAsync(
        OrganizationRef organization, WebhookScope scope, WebhookInput input, CancellationToken cancellation)
    {
        // An unknown survey is said first: its other faults would tell a stranger nothing, but look like a survey.
        if (scope.SurveyId is not null && await store.ListAsync(organization, scope, new PageRequest(1, null), cancellation).ConfigureAwait(false) is { IsOk: false } unknown)
            return unknown.Problem;
        var (edit, warning) = await PrepareAsync(scope, input, isNew: true, cancellation).ConfigureAwait(false);
        var webhook = edit.Apply(WebhookEdit.Blank(Guid.CreateVersion7(edit.Now), scope, edit.Now));
        if (!webhook.IsOk)
            return webhook.Problem;
        var limit = scope.SurveyId is null ? options.Value.MaxPerOrganization : WebhookScope.MaxPerSurvey;
        return Saved(await store.CreateAsync(organization, scope, webhook.Value, limit, cancellation).ConfigureAwait(false), warning);
    }

    public async Task<Result<SavedWebhook>> ChangeAsync(
        OrganizationRef organization, WebhookScope scope, Guid id, WebhookInput input, CancellationToken cancellation)
    {
        var (edit, warning) = await PrepareAsync(scope, input, isNew: false, cancellation).ConfigureAwait(false);
        return Saved(await store.ChangeAsync(organization, scope, id, edit.Apply, cancellation).ConfigureAwait(false), warning);
    }

    private async Task<(WebhookEdit Edit, string? Warning)> PrepareAsync(WebhookScope scope, WebhookInput input, bool isNew, CancellationToken cancellation)
    {
        var faults = new FaultList();
        WebhookRules.Check(input, scope, isNew, faults);
        UrlVerdict? verdict = null;
        if (input.Url.Value is { } url)
        {
            verdict = await guard.CheckAsync(url, cancellation).ConfigureAwait(false);
            if (verdict.Reason is { } reason)
                faults.Add("url", "url_not_allowed", reason);
        }

        return (new WebhookEdit(input, verdict?.Url?.AbsoluteUri, faults, clock.GetInstant()), verdict?.Warning);
    }

    private static Result<SavedWebhook> Saved(Result<Webhook> result, string? warning) =>
        result.IsOk ? new SavedWebhook(result.Value, warning) : result.Problem;
}
