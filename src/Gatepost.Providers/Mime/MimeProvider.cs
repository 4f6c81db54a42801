using Gatepost.Providers.Mail;

namespace Gatepost.Providers.Mime;

/// <summary>Raw e-mails of the user's own mail server or relay.</summary>
internal sealed class MimeProvider() : RawMailProvider("mime", "Choose it yourself and give it to the program that posts the mails, such as a pipe of Postfix.");
