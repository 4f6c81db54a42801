using System.Text.RegularExpressions;

namespace Gatepost.Providers.Mail.Quotes;

/// <summary>The labels of a mail's header in one language.</summary>
internal sealed record FieldLabels(string[] From, string[] Date, string[] Subject);

/// <summary>What mail clients write above quoted mail, by language. Patterns cannot backtrack: their input is hostile.</summary>
internal static class QuoteWords
{
    /// <summary>A line "on that day that person wrote:".</summary>
    public static IReadOnlyList<Regex> Wrote { get; } =
    [
        Pattern(@"^On\s.+\bwrote\s?:$"), // en
        Pattern(@"^.+<[^<>\s]+@[^<>\s]+>\s?wrote\s?:$"),
        Pattern(@"^Am\s.+\bschrieb\b.*:$"), // de
        Pattern(@"^Le\s.+\ba écrit\s?:$"), // fr
        Pattern(@"^El\s.+\bescribió\s?:$"), // es
        Pattern(@"^(Em|A|No dia)\s.+\bescreveu\s?:$"), // pt
        Pattern(@"^Il\s.+\bha scritto\s?:$"), // it
        Pattern(@"^Op\s.+\b(schreef|geschreven)\b.*:$"), // nl
        Pattern(@"^(Den|På|Fra|Fre|Lør|Søn|Man|Tir|Ons|Tor)\b.+\bskrev\b.*:$"), // da, no, sv
        Pattern(@"^(W dniu|Dnia|\p{L}{2,4},)\s.+\bnapisał.*:$"), // pl
        Pattern(@"^(Dne|\p{L}{2}\s?)\s?.+\bnapsal.*:$"), // cs
        Pattern(@"^.+\b(пишет|написал(\(а\)|а)?|писал)\b.*:$"), // ru
        Pattern(@"^.+\b(пише|написав(\(ла\))?)\b.*:$"), // uk
        Pattern(@"^.+\btarihinde\b.+\byazdı\s?:$"), // tr
        Pattern(@"^Vào\s.+\bđã viết\s?:$"), // vi
        Pattern(@"^.+\bkirjoitti\b.*:$"), // fi
        Pattern(@"^.+\bírta\b.*:$"), // hu
        Pattern(@"^.+\bέγραψε\b.*:$"), // el
        Pattern(@"^\d{4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日.+[:：]$"), // ja, zh
        Pattern(@"^.+(写道|寫道)\s?[:：]$"),
        Pattern(@"^\d{4}년.+작성.*:$"), // ko
        Pattern(@"^.+כתב.*:$"), // he
        Pattern(@"^.+كتب.*:$"), // ar
        Pattern(@"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\s.+<[^<>\s]+@[^<>\s]+>\s?:$"), // a date, an address
    ];

    /// <summary>The first word of such a line: what is before it is another line.</summary>
    public static Regex Starts { get; } = Pattern(@"^(On|Am|Le|El|Em|Il|Op|Den|På|W dniu|Dne|Vào)\s\S*.{0,40}\d");

    /// <summary>Between dashes or underscores.</summary>
    public static IReadOnlyList<string> Original { get; } =
    [
        "Original Message", "Original Appointment", "Ursprüngliche Nachricht", "Originalnachricht", "Message d'origine", "Message original", "Mensaje original", "Mensagem original",
        "Messaggio originale", "Oorspronkelijk bericht", "Originalmeddelande", "Original meddelelse", "Oprindelig meddelelse", "Opprinnelig melding", "Ursprungligt meddelande",
        "Wiadomość oryginalna", "Pôvodná správa", "Původní zpráva", "Исходное сообщение", "Оригинальное сообщение", "Alkuperäinen viesti", "Eredeti üzenet", "Orijinal Mesaj",
        "原始邮件", "原始郵件", "元のメッセージ", "원본 메시지", "Reply message", "Antwort Nachricht",
    ];

    public static IReadOnlyList<string> Forwarded { get; } =
    [
        "Forwarded message", "Weitergeleitete Nachricht", "Message transféré", "Mensaje reenviado", "Mensagem encaminhada", "Messaggio inoltrato", "Doorgestuurd bericht",
        "Vidarebefordrat meddelande", "Videresendt", "Wiadomość przekazana", "Přeposlaná zpráva", "Пересылаемое сообщение", "転送メッセージ", "转发的邮件", "전달된 메시지",
    ];

    /// <summary>A recipient's line alone proves nothing, so it is not asked for.</summary>
    public static IReadOnlyList<FieldLabels> Labels { get; } =
    [
        new(["From"], ["Sent", "Date"], ["Subject"]),
        new(["Von"], ["Gesendet", "Datum"], ["Betreff"]),
        new(["De"], ["Envoyé", "Date"], ["Objet"]),
        new(["De"], ["Enviado", "Enviado el", "Fecha", "Enviada em", "Data"], ["Asunto", "Assunto"]),
        new(["Da"], ["Inviato", "Data"], ["Oggetto"]),
        new(["Van"], ["Verzonden", "Datum"], ["Onderwerp"]),
        new(["Fra"], ["Sendt", "Dato"], ["Emne"]),
        new(["Från"], ["Skickat", "Datum"], ["Ämne"]),
        new(["Od"], ["Wysłano", "Data", "Odesláno", "Datum"], ["Temat", "Předmět"]),
        new(["От", "Від"], ["Отправлено", "Дата", "Надіслано"], ["Тема"]),
        new(["Lähettäjä"], ["Lähetetty"], ["Aihe"]),
        new(["Feladó"], ["Elküldve"], ["Tárgy"]),
        new(["Kimden", "Gönderen"], ["Gönderildi", "Tarih"], ["Konu"]),
        new(["发件人", "寄件者", "发件人"], ["发送时间", "寄件日期", "日期"], ["主题", "主旨"]),
        new(["差出人"], ["送信日時", "日時"], ["件名"]),
        new(["보낸 사람"], ["보낸 날짜", "날짜"], ["제목"]),
    ];

    private static Regex Pattern(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
}
