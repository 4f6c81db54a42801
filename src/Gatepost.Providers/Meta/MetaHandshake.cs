namespace Gatepost.Providers.Meta;

/// <summary>The GET with which Meta asks whether the URL is ours. It says nothing about later POSTs.</summary>
internal static class MetaHandshake
{
    public static Verification Verify(CallbackRequest request, string? verifyToken)
    {
        var query = CallbackForm.Parse(request.RawQuery);
        if (string.IsNullOrWhiteSpace(verifyToken))
            return Verification.Refused("The account has no verify token.", 403);
        if (query.Value("hub.mode") != "subscribe" || query.Value("hub.challenge") is not { } challenge)
            return Verification.Refused("It is no subscription handshake.", 403);
        if (!SecretComparer.AreEqual(query.Value("hub.verify_token"), verifyToken))
            return Verification.Refused("The verify token does not match.", 403);
        return Verification.Handshake(new CallbackAnswer(200, "text/plain", challenge)
        {
            // The challenge is a stranger's text: a browser must not take it for HTML.
            Headers = new Dictionary<string, string> { ["X-Content-Type-Options"] = "nosniff" },
        });
    }
}
