using Gatepost.Providers;
using Gatepost.Storage.Sql;

namespace Gatepost.Callbacks;

/// <summary>Takes what inbound reports (RFC 3464, 5965, 8098) say of outbound messages.</summary>
internal interface IMailReportSink
{
    /// <summary>Inside the transaction of the callback.</summary>
    /// <param name="originalMessageId">Without angle brackets.</param>
    /// <param name="code">Such as <c>5.1.1</c> (RFC 3463).</param>
    /// <returns>What it became: status, waiting, duplicate or ignored.</returns>
    CallbackEffect Report(
        WriteSession session, CallbackSource source, MessageStatus status, string? originalMessageId, string? recipient, string? code, string? reason);
}
