namespace Gatepost.Providers.Mail;

/// <summary>What became of one recipient of an outbound message (RFC 3464).</summary>
/// <param name="Action">failed, delayed, delivered, relayed or expanded.</param>
/// <param name="StatusCode">Such as <c>5.1.1</c> (RFC 3463).</param>
/// <param name="Diagnostic">In the words of the server that refused.</param>
/// <param name="OriginalMessageId">Without angle brackets.</param>
/// <param name="Status">Bounced, deferred or delivered.</param>
/// <param name="IsPermanent">The address is bad: no use in trying again.</param>
public sealed record MailBounce(
    string? Recipient, string Action, string? StatusCode, string? Diagnostic, string? OriginalMessageId, MessageStatus Status, bool IsPermanent);

/// <summary>A spam report (RFC 5965).</summary>
/// <param name="Type">Such as <c>abuse</c>.</param>
/// <param name="OriginalMessageId">Without angle brackets.</param>
public sealed record MailComplaint(string Type, string? Recipient, string? OriginalMessageId);

/// <summary>A read receipt (RFC 8098).</summary>
/// <param name="Disposition">Such as <c>displayed</c> or <c>deleted</c>.</param>
/// <param name="OriginalMessageId">Without angle brackets.</param>
public sealed record MailReceipt(string? Recipient, string Disposition, string? OriginalMessageId);
