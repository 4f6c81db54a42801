namespace Gatepost.Providers.Mail;

/// <summary>Why a mail counts as automatic.</summary>
internal static class AutoReplyReasons
{
    public const string OwnMessageId = "own-message-id";
    public const string OwnLoopHeader = "own-loop-header";
    public const string OwnAddress = "own-address";
    public const string DeliveryStatus = "delivery-status";
    public const string ReadReceipt = "mdn";
    public const string FeedbackReport = "feedback-report";
    public const string List = "list";
    public const string AutoSubmitted = "auto-submitted";
    public const string Precedence = "precedence";
    public const string VendorHeader = "vendor-header";
}
