using Gatepost.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Gatepost.Server.Tests.Api;

public sealed class DeletedEventsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Delete_TicketOrSurvey_HidesItsEventsAtOnce(bool ticket)
    {
        // It stands still, so that nothing is purged meanwhile.
        await using var host = await GatepostHost.StartAsync(new FakeTimeProvider(DateTimeOffset.UtcNow));
        await using var receiver = await Receiver.StartAsync();
        var user = await host.NewOrganizationAsync();
        await user.NewTicketWebhookAsync(receiver.Url);
        var survey = await user.NewSurveyAsync();
        var path = ticket ? $"/v1/tickets/{await user.NewTicketAsync()}" : $"/v1/surveys/{survey}";
        if (!ticket)
            await user.PostAsync($"{path}/responses", new { answers = new { score = new { value = 9 } } });
        var e = (await user.AllAsync("/v1/events")).ShouldHaveSingleItem();

        (await user.DeleteAsync(path)).Status.ShouldBe(204);

        (await user.AllAsync("/v1/events")).ShouldBeEmpty();
        (await user.GetAsync($"/v1/events/{e["id"]}")).Status.ShouldBe(404);
    }
}
